import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { AccessTokenClaims, TokenReply, allScopes } from '@codelab/contracts/auth'
import {
  addUser,
  clientId,
  goodPassword,
  post,
  refresh,
  signIn,
  startAuth,
  type Auth,
} from './harness.ts'

let auth: Auth
let name: string
let id: string

beforeAll(async () => {
  auth = await startAuth()
  ;({ name, id } = await addUser(auth, ['admin', 'dev']))
})
afterAll(() => auth.stop())

const ageUsedTokens = (seconds: number) =>
  auth.query(`update oauth_record set consumed_at = consumed_at - make_interval(secs => $1)`, [
    seconds,
  ])

const verify = (token: unknown) =>
  jwtVerify(String(token), createRemoteJWKSet(new URL(`${auth.url}/.well-known/jwks.json`)), {
    issuer: auth.issuer,
    audience: 'urn:codelab:workspace:local/dev',
    typ: 'at+jwt',
    algorithms: ['RS256'],
  })

describe('password grant', () => {
  test('answers all scopes, an access token of the workspace and a refresh token when no scope is asked for', async () => {
    const { status, headers, body } = await signIn(auth, name)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    const reply = TokenReply.parse(body)
    expect(reply).toMatchObject({ scope: allScopes, expires_in: 900, token_type: 'Bearer' })
    expect(reply.refresh_token).toMatch(/^[\w-]{43}$/)

    const { payload } = await verify(reply.access_token)
    const claims = AccessTokenClaims.parse(payload)
    expect(claims).toMatchObject({
      sub: id,
      client_id: clientId,
      scope: allScopes,
      roles: ['admin', 'dev'],
    })
    expect(claims.exp - claims.iat).toBe(900)
    expect(decodeProtectedHeader(reply.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'RS256' })
  })

  test('gives a refresh token for the smallest scope too, and no id token without openid', async () => {
    const { body } = await signIn(auth, name, goodPassword, { scope: 'workspace' })
    expect(body).toMatchObject({ scope: 'workspace', refresh_token: expect.any(String) })
    expect(body).not.toHaveProperty('id_token')
    expect((await refresh(auth, body['refresh_token'])).body).toMatchObject({ scope: 'workspace' })
  })

  test('finds the user whatever the case and the Unicode form of the name', async () => {
    const user = `Jürgen-${name}`
    await auth.operate((operations) => operations.addUser({ name: user, password: goodPassword }))
    expect((await signIn(auth, user.normalize('NFD').toUpperCase())).status).toBe(200)
  })

  test('is not offered when it is switched off', async () => {
    const without = await auth.another({ PASSWORD_GRANT: 'false' })
    try {
      expect((await signIn(without, name)).body).toMatchObject({ error: 'unsupported_grant_type' })
      const metadata: unknown = await (
        await fetch(`${without.url}/.well-known/openid-configuration`)
      ).json()
      expect(metadata).toMatchObject({
        grant_types_supported: expect.not.arrayContaining(['password']),
      })
    } finally {
      await without.stop()
    }
  })

  test('answers the same to an unknown name, a wrong password and a disabled user, after one hash each', async () => {
    const disabled = await addUser(auth)
    await auth.operate((operations) => operations.disableUser(disabled.name))
    const attempts = [
      () => signIn(auth, `nobody-${name}`),
      () => signIn(auth, name, 'a wrong password'),
      () => signIn(auth, disabled.name),
      () => signIn(auth, `nobody2-${name}`, 'x'.repeat(5_000)),
    ]
    const seen = []
    for (const attempt of attempts) {
      const before = await auth.metric(/password_hash_seconds_count/)
      const { status, body, headers } = await attempt()
      const hashes = (await auth.metric(/password_hash_seconds_count/)) - before
      seen.push({ status, body, hashes, length: headers.get('content-length') })
    }
    expect(seen[0]).toMatchObject({ status: 400, body: { error: 'invalid_grant' }, hashes: 1 })
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0])
  })
})

describe('bad requests to the token endpoint', () => {
  const good = () => ({
    grant_type: 'password',
    client_id: clientId,
    username: name,
    password: goodPassword,
  })
  const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString()
  const rows: [string, () => [string, Record<string, string>?], number, string][] = [
    ['no body', () => [''], 400, 'invalid_request'],
    [
      'another content type',
      () => ['{}', { 'content-type': 'application/json' }],
      400,
      'invalid_request',
    ],
    [
      'a body over the limit',
      () => [form({ ...good(), x: 'y'.repeat(20_000) })],
      413,
      'invalid_request',
    ],
    ['a parameter twice', () => [`${form(good())}&username=other`], 400, 'invalid_request'],
    ['the grant type twice', () => [`${form(good())}&grant_type=password`], 400, 'invalid_request'],
    ['no grant type', () => [form({ client_id: clientId })], 400, 'invalid_request'],
    [
      'an unknown grant type',
      () => [form({ ...good(), grant_type: 'magic' })],
      400,
      'unsupported_grant_type',
    ],
    [
      'client credentials',
      () => [form({ ...good(), grant_type: 'client_credentials' })],
      400,
      'unsupported_grant_type',
    ],
    ['no user name', () => [form({ ...good(), username: '' })], 400, 'invalid_request'],
    ['no password', () => [form({ ...good(), password: '' })], 400, 'invalid_request'],
    [
      'an unknown scope',
      () => [form({ ...good(), scope: 'workspace root' })],
      400,
      'invalid_scope',
    ],
    [
      'characters that no scope has',
      () => [form({ ...good(), scope: 'work"space' })],
      400,
      'invalid_scope',
    ],
    [
      'a foreign resource',
      () => [form({ ...good(), resource: 'https://elsewhere.example' })],
      400,
      'invalid_target',
    ],
    [
      'an unknown client',
      () => [form({ ...good(), client_id: 'stranger' })],
      401,
      'invalid_client',
    ],
    [
      'a refresh token that never was',
      () => [form({ grant_type: 'refresh_token', client_id: clientId, refresh_token: 'nope' })],
      400,
      'invalid_grant',
    ],
    ['NUL in the name', () => [form({ ...good(), username: 'a\u0000b' })], 400, 'invalid_grant'],
  ]
  test.each(rows)('%s', async (_what, make, status, error) => {
    const [body, headers] = make()
    const answer = await post(`${auth.url}/oauth/token`, body, {
      accept: 'text/html, application/json',
      ...headers,
    })
    expect(answer).toMatchObject({ status, body: { error } })
    expect(JSON.stringify(answer.body)).not.toMatch(
      /\bat \/|node_modules|oops|select |oidc-provider/i,
    )
  })

  test('a chunked body over the limit is refused as well', async () => {
    const response = await fetch(`${auth.url}/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new ReadableStream({
        start(controller) {
          for (let index = 0; index < 80; index += 1)
            controller.enqueue(new Uint8Array(1_024).fill(97))
          controller.close()
        },
      }),
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('a path that is none of ours is a plain 404', async () => {
    const response = await fetch(`${auth.url}/oauth/nothing`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } })
  })
})

test('paths that are asked for make no metric labels', async () => {
  for (const path of ['/oauth/one', '/.well-known/two', `/oauth/${'x'.repeat(30)}`, '/three']) {
    await fetch(`${auth.url}${path}`)
  }
  const text = await (await fetch(`${auth.running.adminUrl}/metrics`)).text()
  const labels = new Set([...text.matchAll(/route="([^"]+)"/g)].map(([, route]) => route))
  expect(labels).toContain('/oauth/token')
  for (const label of labels) expect(label).not.toMatch(/\/one|two|three|x{30}/)
})

describe('refresh tokens', () => {
  const start = async () => (await signIn(auth, name)).body['refresh_token']

  const lifetimes = async () => {
    const rows = await auth.query<{ left: number }>(
      `select extract(epoch from expires_at - now())::float as left from oauth_record where kind = 'RefreshToken'`,
    )
    return rows.map(({ left }) => left)
  }

  test('rotate: each use answers another one', async () => {
    const first = await start()
    const { status, body } = await refresh(auth, first)
    expect(status).toBe(200)
    expect(body['refresh_token']).not.toBe(first)
    expect((await verify(body['access_token'])).payload['roles']).toEqual(['admin', 'dev'])
    expect((await lifetimes()).every((seconds) => seconds > 2_591_000)).toBe(true)
  })

  test('live for thirty days from the sign-in, however often they are rotated', async () => {
    const first = await start()
    await auth.query(
      `update oauth_record set expires_at = now() + interval '100 seconds',
         payload = payload || jsonb_build_object('exp', extract(epoch from now())::int + 100) where kind = 'RefreshToken'`,
    )
    expect((await refresh(auth, first)).status).toBe(200)
    expect(Math.max(...(await lifetimes()))).toBeLessThan(102)
  })

  test('a used one, replayed after the grace time, ends its whole family', async () => {
    const first = await start()
    const second = (await refresh(auth, first)).body['refresh_token']
    await ageUsedTokens(11)
    expect(await refresh(auth, first)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await refresh(auth, second)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    const audit = await auth.query(
      `select * from audit where kind = 'replay_detected' and subject = $1`,
      [id],
    )
    expect(audit.length).toBe(1)
  })

  test('a replay does not touch another sign-in of the same user', async () => {
    const [first, other] = [await start(), await start()]
    await refresh(auth, first)
    await ageUsedTokens(11)
    await refresh(auth, first)
    expect((await refresh(auth, other)).status).toBe(200)
  })

  test('simultaneous uses within the grace time all succeed, over two instances', async () => {
    const second = await auth.another()
    try {
      const token = await start()
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, index) => refresh(index % 2 ? auth : second, token)),
      )
      expect(answers.filter(({ status }) => status !== 200)).toEqual([])
      const tokens = new Set(answers.map(({ body }) => body['refresh_token']))
      expect(tokens.size).toBe(100)
      const next = await Promise.all([...tokens].slice(0, 5).map((one) => refresh(second, one)))
      expect(next.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    } finally {
      await second.stop()
    }
  })

  test('the grace covers only the token before the newest', async () => {
    const first = await start()
    const second = (await refresh(auth, first)).body['refresh_token']
    const third = (await refresh(auth, second)).body['refresh_token']
    expect(await refresh(auth, first)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await refresh(auth, third)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })

  test('the first use decides when the grace ends, not the last', async () => {
    const first = await start()
    await refresh(auth, first)
    await ageUsedTokens(6)
    expect((await refresh(auth, first)).status).toBe(200)
    await ageUsedTokens(6)
    expect((await refresh(auth, first)).status).toBe(400)
  })

  test('revoking one ends its family; revoking again, or nonsense, is no error', async () => {
    const first = await start()
    const second = (await refresh(auth, first)).body['refresh_token']
    const revoke = (token: unknown) =>
      post(`${auth.url}/oauth/revoke`, { client_id: clientId, token: String(token) })
    expect((await revoke(first)).status).toBe(200)
    expect((await refresh(auth, second)).status).toBe(400)
    expect((await revoke(first)).status).toBe(200)
    expect((await revoke('nonsense')).status).toBe(200)
    const audit = await auth.query(`select * from audit where kind = 'revoked'`)
    expect(audit.length).toBeGreaterThan(0)
  })

  test('an expired one is refused', async () => {
    const token = await start()
    await auth.query(
      `update oauth_record set expires_at = now() - interval '1 second' where kind = 'RefreshToken'`,
    )
    expect(await refresh(auth, token)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
  })
})

describe('userinfo and introspection', () => {
  const tokens = async () => (await signIn(auth, name)).body
  const introspect = (token: unknown, client = clientId) =>
    post(`${auth.url}/oauth/introspect`, { client_id: client, token: String(token) })

  test('userinfo tells who the token is about', async () => {
    const { access_token: token } = await tokens()
    const response = await fetch(`${auth.url}/oauth/userinfo`, {
      headers: { authorization: `Bearer ${String(token)}` },
    })
    expect(await response.json()).toEqual({
      sub: id,
      preferred_username: name,
      roles: ['admin', 'dev'],
    })
  })

  test.each([
    ['no token', '', 401, 'invalid_token'],
    ['nonsense', 'Bearer nonsense', 401, 'invalid_token'],
    ['another scheme', 'Basic YTpi', 401, 'invalid_token'],
  ])('userinfo refuses %s', async (_what, authorization, status, error) => {
    const response = await fetch(`${auth.url}/oauth/userinfo`, { headers: { authorization } })
    expect(response.status).toBe(status)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(await response.json()).toMatchObject({ error })
  })

  test('userinfo refuses an id token and a token without openid', async () => {
    const ask = (token: unknown) =>
      fetch(`${auth.url}/oauth/userinfo`, { headers: { authorization: `Bearer ${String(token)}` } })
    expect((await ask((await tokens())['id_token'])).status).toBe(401)
    const narrow = (await signIn(auth, name, goodPassword, { scope: 'workspace' })).body
    expect((await ask(narrow['access_token'])).status).toBe(403)
  })

  test('introspection knows both kinds of token, and nothing else', async () => {
    const { access_token: access, refresh_token: fresh } = await tokens()
    expect((await introspect(access)).body).toMatchObject({
      active: true,
      sub: id,
      client_id: clientId,
    })
    expect((await introspect(fresh)).body).toMatchObject({
      active: true,
      sub: id,
      scope: allScopes,
    })
    expect((await introspect('nonsense')).body).toEqual({ active: false })
    expect((await introspect(`${String(access)}x`)).body).toEqual({ active: false })
    expect(await introspect(access, 'stranger')).toMatchObject({
      status: 401,
      body: { error: 'invalid_client' },
    })
  })

  test('introspection of a revoked refresh token says inactive', async () => {
    const { refresh_token: token } = await tokens()
    await post(`${auth.url}/oauth/revoke`, { client_id: clientId, token: String(token) })
    expect((await introspect(token)).body).toEqual({ active: false })
  })
})

test('no token, password or session can be read out of the database', async () => {
  const { body } = await signIn(auth, name)
  const dumped = await auth.query<{ text: string }>(
    `select r::text || convert_from(decode(encode(r.id, 'hex'), 'escape'), 'SQL_ASCII') as text from oauth_record r
     union all select a::text from audit a union all select u::text from auth_user u union all select k::text from signing_key k`,
  )
  const text = dumped.map((row) => row.text).join('\n')
  expect(text).toContain(name)
  for (const secret of [body['refresh_token'], body['access_token'], goodPassword]) {
    expect(text).not.toContain(String(secret))
  }
  expect(text).not.toMatch(/"d":|PRIVATE KEY/)
  expect(text).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
})
