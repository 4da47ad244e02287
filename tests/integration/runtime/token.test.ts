import { createServer, type Server } from 'node:http'
import { exportJWK, generateKeyPair, SignJWT, type JWK } from 'jose'
import { createLog } from '@codelab/runtime/log'
import { createTokenVerifier } from '@codelab/runtime/token'

const issuer = 'https://acme.example'
const audience = 'urn:codelab:workspace:team/acme'
const log = createLog({ service: 'test', level: 'silent' })

let keys: JWK[] = []
let fetches = 0
let away = false
let server: Server
let jwksUrl: string
let clock = Date.now()

const pair = async (kid: string) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return {
    kid,
    privateKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' },
  }
}
type Pair = Awaited<ReturnType<typeof pair>>

const sign = ({ kid, privateKey }: Pair, lifeSeconds = 900) =>
  new SignJWT({ client_id: 'c', scope: 'workspace', roles: [] })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject('user')
    .setJti('j')
    .setIssuedAt(Math.floor(clock / 1000))
    .setExpirationTime(Math.floor(clock / 1000) + lifeSeconds)
    .sign(privateKey)

const verifier = (cacheSeconds = 3_600) =>
  createTokenVerifier({
    jwksUrl,
    issuer,
    audience,
    cacheSeconds,
    cooldownSeconds: 30,
    log,
    now: () => clock,
  })

let first: Pair
let second: Pair

beforeAll(async () => {
  first = await pair('first')
  second = await pair('second')
  server = createServer((_, response) => {
    fetches += 1
    response
      .writeHead(away ? 503 : 200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  jwksUrl = `http://127.0.0.1:${port}/jwks`
})
beforeEach(() => {
  keys = [first.jwk]
  fetches = 0
  away = false
})
afterAll(() => server.close())

test('accepts a good token and fetches the keys once', async () => {
  const verify = verifier()
  const token = await sign(first)
  const subjects = await Promise.all(
    Array.from({ length: 20 }, async () => (await verify(token)).sub),
  )
  expect([new Set(subjects), fetches]).toEqual([new Set(['user']), 1])
})

test('tells an expired token from a bad one', async () => {
  const verify = verifier()
  await expect(verify(await sign(first, -10))).rejects.toMatchObject({
    code: 'token_expired',
    message: 'Token expired',
  })
  await expect(verify(`${await sign(first)}x`)).rejects.toMatchObject({ code: 'unauthorized' })
})

test('a token of an unknown key leads to one fetch in 30 s', async () => {
  const verify = verifier()
  await verify(await sign(first))
  const stranger = await sign(await pair('stranger'))
  clock += 31_000
  for (let i = 0; i < 50; i += 1)
    await expect(verify(stranger)).rejects.toMatchObject({ code: 'unauthorized' })
  expect(fetches).toBe(2)
})

test('finds a key that was rotated in', async () => {
  const verify = verifier()
  await verify(await sign(first))
  keys = [first.jwk, second.jwk]
  clock += 31_000
  await expect(verify(await sign(second))).resolves.toMatchObject({ sub: 'user' })
})

test('finds a key that was rotated in once the cache is old, soon after another fetch and however short the cache lives', async () => {
  for (const cacheSeconds of [2, 3_600]) {
    keys = [first.jwk]
    const verify = verifier(cacheSeconds)
    await verify(await sign(first))
    keys = [first.jwk, second.jwk]
    clock += (cacheSeconds + 1) * 1000
    const both = [verify(await sign(first)), verify(await sign(second))]
    await expect(Promise.all(both)).resolves.toHaveLength(2)
  }
})

test('keeps accepting while auth is away, for longer than the cache lives', async () => {
  const verify = verifier()
  await verify(await sign(first))
  away = true
  clock += 4_000_000
  await expect(verify(await sign(first))).resolves.toMatchObject({ sub: 'user' })
})

test('says unavailable when no key was ever fetched', async () => {
  away = true
  await expect(verifier()(await sign(first))).rejects.toMatchObject({ code: 'unavailable' })
})
