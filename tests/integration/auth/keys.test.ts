import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { until } from '../../support/until.ts'
import { addUser, refresh, signIn, startAuth, type Auth } from './harness.ts'

let auth: Auth
let second: Auth
let name: string

beforeAll(async () => {
  auth = await startAuth({ KEY_POLL_S: '1' })
  second = await auth.another()
  ;({ name } = await addUser(auth))
})
afterAll(async () => {
  await second.stop()
  await auth.stop()
})

const jwks = async (at: Auth): Promise<JSONWebKeySet> =>
  (await (await fetch(`${at.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet
const kids = async (at: Auth) => (await jwks(at)).keys.map(({ kid }) => kid)
const kidOf = (token: unknown) => decodeProtectedHeader(String(token)).kid
const tokenOf = async (at: Auth) => (await signIn(at, name)).body['access_token']

/** As if the time had passed: every key is that much older. */
const age = (seconds: number) =>
  auth.query(
    `update signing_key set created_at = created_at - make_interval(secs => $1), activates_at = activates_at - make_interval(secs => $1)`,
    [seconds],
  )

test('instances that start together share one key', async () => {
  expect(await kids(auth)).toEqual(await kids(second))
  expect((await kids(auth)).length).toBe(1)
})

test('the JWKS holds public parts of RS256 keys only', async () => {
  for (const key of (await jwks(auth)).keys) {
    expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    expect(key).toMatchObject({ kty: 'RSA', alg: 'RS256', use: 'sig' })
    expect(Buffer.from(key.n!, 'base64url').length).toBe(256)
  }
})

test('whoever has the listed keys already is told so, and anybody’s page may read them', async () => {
  const url = `${auth.url}/.well-known/jwks.json`
  const first = await fetch(url, { headers: { origin: 'https://app.example.com' } })
  expect(first.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/)
  expect(first.headers.get('access-control-allow-origin')).toBe('https://app.example.com')
  expect(first.headers.get('vary')).toContain('Origin')
  const headers = { 'if-none-match': first.headers.get('etag')!, 'cache-control': 'max-age=0' }
  const again = await fetch(url, { headers })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
  const other = await fetch(url, { headers: { ...headers, 'if-none-match': '"other"' } })
  expect(other.status).toBe(200)
})

test('a new key is listed everywhere before it signs, and the old one until its last token has run out', async () => {
  const [old] = await kids(auth)
  const refreshToken = (await signIn(auth, name)).body['refresh_token']
  expect(await auth.operate((operations) => operations.rotateKey())).toBe(true)
  expect(await auth.operate((operations) => operations.rotateKey())).toBe(false)

  for (const at of [auth, second])
    await until('both keys to be listed', async () => (await kids(at)).length === 2)
  const fresh = (await kids(auth)).find((kid) => kid !== old)
  const early = await jwks(second)
  const before = await tokenOf(auth)
  expect(kidOf(before)).toBe(old)

  // most of the JWKS cache time has passed: still the old one
  await age(3_500)
  for (const at of [auth, second]) {
    await until(
      'the passed time to be seen',
      async () => (await at.metric(/signing_key_age/)) > 3_400,
    )
  }
  expect([kidOf(await tokenOf(auth)), kidOf(await tokenOf(second))]).toEqual([old, old])

  await age(200)
  for (const at of [auth, second]) {
    await until(
      'the new key to sign',
      async () => kidOf((await refresh(at, refreshToken)).body['access_token']) === fresh,
    )
  }
  // a verifier that read the keys before the change knows the new one, and those read after it know the old one
  const after = await tokenOf(second)
  expect(kidOf(after)).toBe(fresh)
  await expect(jwtVerify(String(after), createLocalJWKSet(early))).resolves.toBeTruthy()
  await expect(jwtVerify(String(before), createLocalJWKSet(await jwks(auth)))).resolves.toBeTruthy()
  const userinfo = await fetch(`${second.url}/oauth/userinfo`, {
    headers: { authorization: `Bearer ${String(before)}` },
  })
  expect(userinfo.status).toBe(200)

  await age(1_000)
  for (const at of [auth, second]) {
    await until('the old key to go', async () => (await kids(at)).join() === fresh)
  }
  await until(
    'its row to go too',
    async () => (await auth.query('select 1 from signing_key')).length === 1,
  )
})

test('keys rotate by schedule, once for all instances', async () => {
  await age(91 * 86_400)
  for (const at of [auth, second])
    await until('a second key', async () => (await kids(at)).length === 2)
  expect((await auth.query('select 1 from signing_key')).length).toBe(2)
  const audit = await auth.query(`select 1 from audit where kind = 'key_rotated'`)
  expect(audit.length).toBe(3)
})

test('the age of the signing key is a metric', async () => {
  expect(await auth.metric(/signing_key_age_seconds/)).toBeGreaterThan(90 * 86_400)
})

test('another key-encryption key does not start, and says which setting is wrong', async () => {
  await expect(auth.another({ KEY_ENCRYPTION_KEY: 'b'.repeat(64) })).rejects.toThrow(
    /^KEY_ENCRYPTION_KEY does not open the signing keys/,
  )
})
