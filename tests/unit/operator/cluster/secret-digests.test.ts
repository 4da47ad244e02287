import { createHash } from 'node:crypto'
import type { KnownSecret } from '@codelab/operator/cluster/known-secret'
import { createSecretDigests } from '@codelab/operator/cluster/secret-digests'

type Values = Record<string, string | Uint8Array>

const salt = { name: 'acme-internal', key: 'token' }
const acme = 'team/acme'
const { signal } = new AbortController()

function setUp() {
  const secrets = new Map<string, { uid: string; version: number; values: Values }>()
  const reads: string[] = []
  const digests = createSecretDigests({
    client: {
      async get<Kind>(_: unknown, { name }: { name: string }) {
        reads.push(name)
        const secret = secrets.get(name)
        if (!secret) return undefined
        const data = Object.fromEntries(
          Object.entries(secret.values).map(([key, value]) => [
            key,
            Buffer.from(value as string).toString('base64'),
          ]),
        )
        return { metadata: { name }, data } as Kind
      },
    },
  })
  const put = (name: string, values: Values, uid = `uid of ${name}`) =>
    secrets.set(name, { uid, values, version: (secrets.get(name)?.version ?? 0) + 1 })
  put(salt.name, { token: 'a random token' })
  return {
    digests,
    put,
    drop: (name: string) => secrets.delete(name),
    /** Names of the Secrets that were read since the last time. */
    reads: () => reads.splice(0).toSorted(),
    read: async (names: readonly string[], workspace = acme) => {
      const known = new Map(
        names.flatMap((name): [string, KnownSecret][] => {
          const { uid = '', version = 0 } = secrets.get(name) ?? {}
          return [[name, { uid, version: String(version), meta: { name } }]]
        }),
      )
      return digests.read(workspace, { namespace: 'team', known, salt }, signal)
    },
  }
}

const both = ['openai', salt.name]

test('a digest is that of a value: the same for the same, another for another', async () => {
  const { read, put } = setUp()
  put('openai', { a: 'key', b: 'key', c: 'other', empty: '' })
  const { a, b, c, ...others } = (await read(both)).get('openai')!.digests
  expect(a).toMatch(/^[0-9a-f]{16}$/)
  expect(b).toBe(a)
  expect(c).not.toBe(a)
  expect(others).toEqual({})
})

test('values that are no text have digests of their own', async () => {
  const { read, put } = setUp()
  put('openai', { a: Buffer.from([0xff]), b: Buffer.from([0xfe]) })
  const { a, b } = (await read(both)).get('openai')!.digests
  expect(a).not.toBe(b)
})

test('a Secret is read once for each of its versions', async () => {
  const { read, put, reads } = setUp()
  put('openai', { apiKey: 'one' })
  const first = await read(both)
  expect(reads()).toEqual([salt.name, 'openai'])
  expect(await read(both)).toEqual(first)
  expect(reads()).toEqual([])
  put('openai', { apiKey: 'two' })
  const second = await read(both)
  expect(reads()).toEqual([salt.name, 'openai'])
  expect(second.get('openai')!.digests).not.toEqual(first.get('openai')!.digests)
  put('openai', { apiKey: 'two' }, 'made anew')
  await read(both)
  expect(reads()).toEqual([salt.name, 'openai'])
})

test('another token gives other digests, of everything', async () => {
  const { read, put, reads } = setUp()
  put('openai', { apiKey: 'one' })
  const first = await read(both)
  put(salt.name, { token: 'another token' })
  reads()
  const second = await read(both)
  expect(reads()).toEqual([salt.name, 'openai'])
  expect(second.get('openai')!.digests).not.toEqual(first.get('openai')!.digests)
})

test.each<[what: string, names: string[], values: Values | undefined]>([
  ['there is no token', ['openai'], undefined],
  ['the token is empty', both, { token: '' }],
])(
  'when %s, a weak password cannot be guessed from its digest either',
  async (_what, names, values) => {
    const digestsIn = async () => {
      const { read, put, drop } = setUp()
      put('openai', { apiKey: '1234' })
      if (values) put(salt.name, values)
      else drop(salt.name)
      return (await read(names)).get('openai')!.digests['apiKey']
    }
    const digest = await digestsIn()
    expect(await digestsIn()).not.toBe(digest)
    expect(createHash('sha256').update('1234').digest('hex')).not.toContain(digest)
  },
)

test('a Secret that is gone meanwhile is left out', async () => {
  const { read, put, drop } = setUp()
  put('openai', { apiKey: 'one' })
  drop('openai')
  expect([...(await read(both)).keys()]).toEqual([salt.name])
})

test('of an address host and port are kept, of other values nothing', async () => {
  const { read, put } = setUp()
  put('openai', {
    uri: 'postgresql://app:hunter2@db.example.com/app',
    apiKey: 'sk-hunter2',
    note: 'https://hunter2.example.com',
  })
  const found = await read(both)
  expect(found.get('openai')!.addresses).toEqual({ uri: { host: 'db.example.com', port: 5432 } })
  expect(JSON.stringify([...found])).not.toMatch(/hunter2|random token|app/i)
})

test('workspaces do not share what is remembered, and what is forgotten is read again', async () => {
  const { digests, read, reads } = setUp()
  await read([salt.name])
  await read([salt.name], 'team/other')
  expect(reads()).toHaveLength(2)
  digests.forget(acme)
  await read([salt.name], 'team/other')
  expect(reads()).toEqual([])
  await read([salt.name])
  expect(reads()).toHaveLength(1)
})
