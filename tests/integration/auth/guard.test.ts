import { redisDatabaseUrl } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import {
  addUser,
  clientId,
  goodPassword,
  post,
  signIn,
  signInFrom,
  startAuth,
  type Auth,
} from './harness.ts'
import { createLink } from './link.ts'

let auth: Auth
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())

const fail = async (times: number, name: string, at: Pick<Auth, 'url'> = auth) => {
  for (let count = 0; count < times; count += 1) {
    expect((await signIn(at, name, 'a wrong password')).status).toBe(400)
  }
}

test('after five failures even the right password has to wait, and is told how long', async () => {
  const { name } = await addUser(auth)
  await fail(5, name)
  const { status, headers, body } = await signIn(auth, name)
  expect(status).toBe(429)
  expect(body).toMatchObject({ error: 'slow_down', error_description: expect.any(String) })
  const seconds = Number(headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(880)
  expect(seconds).toBeLessThanOrEqual(900)
})

test('an unknown name is throttled in the same way', async () => {
  const name = `nobody-${Math.random()}`
  await fail(5, name)
  expect((await signIn(auth, name)).status).toBe(429)
})

test('another spelling of the name is the same name', async () => {
  const { name } = await addUser(auth)
  await fail(3, name)
  await fail(2, name.toUpperCase())
  expect((await signIn(auth, name)).status).toBe(429)
})

test('the right password from another address still works, and does not open the first one', async () => {
  const { name } = await addUser(auth)
  await fail(5, name)
  expect(await signInFrom('127.0.0.2', auth, name, goodPassword)).toBe(200)
  expect((await signIn(auth, name)).status).toBe(429)
})

test('a success forgets the failures before it', async () => {
  const { name } = await addUser(auth)
  await fail(4, name)
  expect((await signIn(auth, name)).status).toBe(200)
  await fail(4, name)
  expect((await signIn(auth, name)).status).toBe(200)
})

test('many guesses at once are no way around the count', async () => {
  const { name } = await addUser(auth)
  const before = await auth.metric(/password_hash_seconds_count/)
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => signIn(auth, name, `guess number ${index}`)),
  )
  const count = (status: number) => answers.filter((answer) => answer.status === status).length
  expect([count(400), count(429)]).toEqual([5, 35])
  expect((await auth.metric(/password_hash_seconds_count/)) - before).toBe(5)
})

test('many sign-ins of one user at once with the right password all succeed', async () => {
  const { name } = await addUser(auth)
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn(auth, name)))
  expect(answers.every(({ status }) => status === 200)).toBe(true)
})

test('two instances count together', async () => {
  const second = await auth.another()
  try {
    const { name } = await addUser(auth)
    await fail(3, name)
    await fail(2, name, second)
    expect((await signIn(auth, name)).status).toBe(429)
    expect((await signIn(second, name)).status).toBe(429)
  } finally {
    await second.stop()
  }
})

test('a client that names its own address in X-Forwarded-For is not believed', async () => {
  const { name } = await addUser(auth)
  const guess = (index: number, password: string) =>
    post(
      `${auth.url}/oauth/token`,
      { grant_type: 'password', client_id: clientId, username: name, password },
      {
        'x-forwarded-for': `10.0.0.${index}`,
        'x-real-ip': `10.0.0.${index}`,
        forwarded: `for=10.0.0.${index}`,
      },
    )
  for (let index = 0; index < 5; index += 1)
    expect((await guess(index, 'a wrong password')).status).toBe(400)
  expect((await guess(9, goodPassword)).status).toBe(429)
})

test('behind a trusted proxy the address before it counts, and what stands before that does not', async () => {
  const behind = await auth.another({ TRUSTED_PROXIES: '127.0.0.0/8' })
  try {
    const { name } = await addUser(auth)
    const guess = (chain: string, password: string) =>
      post(
        `${behind.url}/oauth/token`,
        { grant_type: 'password', client_id: clientId, username: name, password },
        { 'x-forwarded-for': chain },
      )
    for (let index = 0; index < 5; index += 1) {
      expect((await guess(`10.0.0.${index}, 203.0.113.7`, 'a wrong password')).status).toBe(400)
    }
    expect((await guess('10.0.0.99, 203.0.113.7', goodPassword)).status).toBe(429)
    expect((await guess('203.0.113.8', goodPassword)).status).toBe(200)
    const [row] = await auth.query<{ source: string }>(
      `select source from audit where kind = 'sign_in' and outcome = 'throttled' and user_name = $1`,
      [name],
    )
    expect(row?.source).toBe('203.0.113.7')
  } finally {
    await behind.stop()
  }
})

test('with FORWARDED_TOKEN a forwarded address needs the token too', async () => {
  const behind = await auth.another({
    TRUSTED_PROXIES: '127.0.0.1',
    FORWARDED_TOKEN: 'known to the gateway',
  })
  try {
    const { name } = await addUser(auth)
    const guess = (source: string, password: string, token: string) =>
      post(
        `${behind.url}/oauth/token`,
        { grant_type: 'password', client_id: clientId, username: name, password },
        { 'x-forwarded-for': source, 'x-forwarded-token': token },
      )
    for (let index = 0; index < 5; index += 1)
      await guess(`10.0.0.${index}`, 'a wrong password', 'a guess')
    expect((await guess('10.0.0.9', goodPassword, 'a guess')).status).toBe(429)
    expect((await guess('10.0.0.9', goodPassword, 'known to the gateway')).status).toBe(200)
  } finally {
    await behind.stop()
  }
})

test('a throttled flood leaves one audit record, not a flood of them', async () => {
  const { name } = await addUser(auth)
  await fail(5, name)
  for (let count = 0; count < 10; count += 1) await signIn(auth, name)
  const rows = await auth.query<{ outcome: string }>(
    'select outcome from audit where user_name = $1 order by id',
    [name],
  )
  expect(rows.map(({ outcome }) => outcome)).toEqual([
    'ok',
    ...Array<string>(5).fill('failed'),
    'throttled',
  ])
})

test('when too many wait for a hash the next is told to come back', async () => {
  const narrow = await auth.another({ HASH_CONCURRENCY: '1', HASH_QUEUE: '3' })
  try {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => signIn(narrow, `nobody-${index}-${Math.random()}`)),
    )
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.length).toBeGreaterThan(0)
    expect(busy[0]!.body).toMatchObject({ error: 'temporarily_unavailable' })
    expect(Number(busy[0]!.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answers.every(({ status }) => status === 400 || status === 503)).toBe(true)
  } finally {
    await narrow.stop()
  }
})

describe('while Redis is away', () => {
  test('sign-in goes on and is guarded by each process for itself; when it is back they count together again', async () => {
    const link = await createLink(redisDatabaseUrl())
    const far = await auth.another({ REDIS_URL: link.url })
    try {
      const [early, other] = [await addUser(auth), await addUser(auth)]
      await fail(2, early.name, far)
      await link.cut()
      expect((await signIn(far, other.name)).status).toBe(200)
      await fail(5, early.name, far)
      expect((await signIn(far, early.name)).status).toBe(429)
      expect((await fetch(`${far.running.adminUrl}/readyz`)).status).toBe(200)

      await link.mend()
      await until('Redis to be used again', async () => {
        const name = `nobody-${Math.random()}`
        await fail(5, name, far)
        return (await signIn(auth, name)).status === 429
      })
    } finally {
      await far.stop()
      await link.cut().catch(() => undefined)
    }
  })

  test('the service starts all the same', async () => {
    const link = await createLink(redisDatabaseUrl(), { cut: true })
    const far = await auth.another({ REDIS_URL: link.url })
    try {
      const { name } = await addUser(auth)
      expect((await signIn(far, name)).status).toBe(200)
      await fail(5, name, far)
      expect((await signIn(far, name)).status).toBe(429)
    } finally {
      await far.stop()
    }
  })
})
