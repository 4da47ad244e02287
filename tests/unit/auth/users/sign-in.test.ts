import { Failure } from '@codelab/runtime/failure'
import { createHashQueue } from '@codelab/auth/users/hash-queue'
import { unopenableHash } from '@codelab/auth/users/password-hash'
import { createSignIn, type Guard } from '@codelab/auth/users/sign-in'
import type { AuditRecord, UserWithPassword } from '@codelab/auth/users/user'

const anna: UserWithPassword = {
  id: 'id-anna',
  name: 'Anna',
  roles: [],
  disabled: false,
  passwordHash: 'hash of anna',
}
const open: Guard = { attempt: (_key, work) => work() }

function setUp(guard: Guard = open) {
  const users = new Map([
    ['anna', anna],
    ['gone', { ...anna, id: 'id-gone', name: 'Gone', disabled: true }],
  ])
  const records: AuditRecord[] = []
  const hashed: string[] = []
  const keys: string[] = []
  const noted = new Set<string>()
  const signIn = createSignIn({
    findByName: async (key) => users.get(key),
    verify: async (password, hash) => {
      hashed.push(hash)
      return hash === 'hash of anna' && password === 'right'
    },
    queue: createHashQueue({ concurrency: 1, waiting: 1 }),
    guard: {
      attempt: (key, work) => {
        keys.push(key)
        return guard.attempt(key, work)
      },
    },
    audit: {
      record: async (entry) => {
        records.push(entry)
      },
    },
    count: () => undefined,
    noteThrottled: (key) => !noted.has(key) && Boolean(noted.add(key)),
  })
  const attempt = (name: string, password: string, source = '10.0.0.1') =>
    signIn({ name, password, source, clientId: 'c', requestId: 'r' })
  return { attempt, records, hashed, keys }
}

test('the right password answers the user and leaves a record', async () => {
  const { attempt, records } = setUp()
  expect(await attempt('ANNA', 'right')).toMatchObject({ id: 'id-anna' })
  expect(records).toEqual([
    {
      kind: 'sign_in',
      outcome: 'ok',
      userName: 'Anna',
      subject: 'id-anna',
      source: '10.0.0.1',
      clientId: 'c',
      requestId: 'r',
    },
  ])
})

test.each([
  ['a wrong password', 'anna', 'wrong', 'hash of anna'],
  ['an unknown name', 'nobody', 'right', unopenableHash],
  ['a disabled user', 'gone', 'right', 'hash of anna'],
  ['a name that cannot be', 'a\u0000', 'right', unopenableHash],
  ['an endless password', 'anna', 'x'.repeat(10_000), 'hash of anna'],
])('%s: undefined, after exactly one hash', async (_what, name, password, hash) => {
  const { attempt, hashed, records } = setUp()
  expect(await attempt(name, password)).toBeUndefined()
  expect(hashed).toEqual([hash])
  expect(records).toMatchObject([{ outcome: 'failed', subject: undefined }])
})

test('records never hold the password', async () => {
  const { attempt, records } = setUp()
  await attempt('anna', 'a secret phrase')
  expect(JSON.stringify(records)).not.toContain('a secret phrase')
})

test('all addresses of one IPv6 network share a key, IPv4 addresses do not', async () => {
  const { attempt, keys } = setUp()
  for (const source of ['2001:db8::1', '2001:db8::ffff', '10.0.0.1', '10.0.0.2'])
    await attempt('Anna', 'x', source)
  expect(new Set(keys).size).toBe(3)
})

test('a throttled attempt costs no hash and leaves one record', async () => {
  const shut: Guard = {
    attempt: () => Promise.reject(new Failure('rate_limited', { retryAfterSeconds: 60 })),
  }
  const { attempt, hashed, records } = setUp(shut)
  await expect(attempt('anna', 'right')).rejects.toMatchObject({ code: 'rate_limited' })
  await expect(attempt('anna', 'right')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(hashed).toEqual([])
  expect(records).toMatchObject([{ outcome: 'throttled', userName: 'anna' }])
})
