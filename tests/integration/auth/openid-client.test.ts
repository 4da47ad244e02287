import * as client from 'openid-client'
import { addUser, clientId, goodPassword, startAuth, type Auth } from './harness.ts'
import { createBrowser } from './browser.ts'

const redirectUri = 'http://127.0.0.1:51789/callback'
const scope = 'openid offline_access workspace'

let auth: Auth
let name: string
let id: string
let config: client.Configuration

beforeAll(async () => {
  auth = await startAuth()
  ;({ name, id } = await addUser(auth, ['dev']))
  config = await client.discovery(new URL(auth.issuer), clientId, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
})
afterAll(() => auth.stop())

/** Signs in on the pages and answers the address that the browser is sent to. */
async function authorize(parameters: Record<string, string>) {
  const browser = createBrowser()
  const page = await browser.open(client.buildAuthorizationUrl(config, parameters).href)
  expect(page.text).toContain('Sign in to CodeLab')
  const back = await browser.submit(page, {
    username: name,
    password: goodPassword,
    action: 'sign-in',
  })
  expect(back.status).toBe(303)
  return new URL(back.headers.get('location')!)
}

test('both discovery documents name only the issuer', async () => {
  const metadata = config.serverMetadata()
  expect(metadata.issuer).toBe(auth.issuer)
  for (const [key, value] of Object.entries(metadata)) {
    if (/_(endpoint|uri)$/.test(key)) expect(value).toMatch(new RegExp(`^${auth.issuer}/`))
  }
  expect(metadata.code_challenge_methods_supported).toEqual(['S256'])
  expect(metadata).not.toHaveProperty('pushed_authorization_request_endpoint')
  const plain = await client.discovery(new URL(auth.issuer), clientId, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
    algorithm: 'oauth2',
  })
  expect(plain.serverMetadata()).toEqual(metadata)
})

test('a forged Host or X-Forwarded-Host changes nothing that discovery names', async () => {
  const response = await fetch(`${auth.url}/.well-known/openid-configuration`, {
    headers: {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
    },
  })
  expect(await response.json()).toEqual(config.serverMetadata())
})

test('authorization code with PKCE: sign in, refresh, userinfo, introspect, revoke', async () => {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const back = await authorize({
    redirect_uri: redirectUri,
    scope,
    state,
    nonce,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  expect(back.origin + back.pathname).toBe(redirectUri)
  const tokens = await client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  })
  expect(tokens).toMatchObject({ token_type: 'bearer', scope, expires_in: 900 })
  expect(tokens.claims()).toMatchObject({ sub: id, preferred_username: name })

  const fresh = await client.refreshTokenGrant(config, tokens.refresh_token!)
  expect(fresh.refresh_token).not.toBe(tokens.refresh_token)
  expect(await client.fetchUserInfo(config, fresh.access_token, id)).toMatchObject({
    sub: id,
    roles: ['dev'],
  })
  expect(await client.tokenIntrospection(config, fresh.refresh_token!)).toMatchObject({
    active: true,
    sub: id,
  })
  expect(await client.tokenIntrospection(config, fresh.access_token)).toMatchObject({
    active: true,
    roles: ['dev'],
  })

  await client.tokenRevocation(config, fresh.refresh_token!)
  expect(await client.tokenIntrospection(config, fresh.refresh_token!)).toEqual({ active: false })
  await expect(client.refreshTokenGrant(config, fresh.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('a code works once; its second use ends what the first one gave', async () => {
  const verifier = client.randomPKCECodeVerifier()
  const back = await authorize({
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const exchange = () => client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier })
  const tokens = await exchange()
  await expect(exchange()).rejects.toMatchObject({ error: 'invalid_grant' })
  await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
    error: 'invalid_grant',
  })
})

test('of many simultaneous uses of a code at most one gives tokens', async () => {
  const verifier = client.randomPKCECodeVerifier()
  const back = await authorize({
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  })
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () =>
      client.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier }),
    ),
  )
  expect(results.filter(({ status }) => status === 'fulfilled').length).toBeLessThanOrEqual(1)
})

test('another verifier than the challenge was made of is refused', async () => {
  const back = await authorize({
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
    code_challenge_method: 'S256',
  })
  await expect(
    client.authorizationCodeGrant(config, back, {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
    }),
  ).rejects.toMatchObject({ error: 'invalid_grant' })
})

describe('device flow', () => {
  const begin = () => client.initiateDeviceAuthorization(config, { scope })

  test('the person enters the code, compares it, signs in, and the device gets its tokens', async () => {
    const started = await begin()
    expect(started.user_code).toMatch(/^[A-Z]{4}-[A-Z]{4}$/)
    expect(started.verification_uri).toBe(`${auth.issuer}/sign-in/device`)
    const polling = client.pollDeviceAuthorizationGrant(config, { ...started, interval: 1 })

    const browser = createBrowser()
    const enter = await browser.open(started.verification_uri)
    expect(enter.text).toContain('Enter the code that the device shows.')
    const compare = await browser.submit(enter, { user_code: started.user_code.toLowerCase() })
    expect(compare.text).toContain(started.user_code)
    const signInPage = await browser.submit(compare, { confirm: 'yes' })
    expect(signInPage.text).toContain('Sign in to CodeLab')
    const done = await browser.submit(signInPage, {
      username: name,
      password: goodPassword,
      action: 'sign-in',
    })
    expect(done.text).toContain('The device is connected.')

    const tokens = await polling
    expect(tokens).toMatchObject({ scope, refresh_token: expect.any(String) })
    expect(tokens.claims()).toMatchObject({ sub: id })
    expect((await client.refreshTokenGrant(config, tokens.refresh_token!)).access_token).toEqual(
      expect.any(String),
    )
  })

  test('before the person has decided the device is told to wait', async () => {
    const started = await begin()
    const once = client.genericGrantRequest(
      config,
      'urn:ietf:params:oauth:grant-type:device_code',
      {
        device_code: started.device_code,
      },
    )
    await expect(once).rejects.toMatchObject({ error: 'authorization_pending' })
  })

  test('a link with the code fills the field and waits for a click', async () => {
    const started = await begin()
    const browser = createBrowser()
    const page = await browser.open(started.verification_uri_complete!)
    expect(page.text).toContain(`value="${started.user_code}"`)
    expect(page.text).not.toContain('<script')
    expect((await browser.submit(page, { user_code: started.user_code })).text).toContain(
      started.user_code,
    )
  })

  test('cancelled: the device is told so', async () => {
    const started = await begin()
    const browser = createBrowser()
    const compare = await browser.submit(await browser.open(started.verification_uri), {
      user_code: started.user_code,
    })
    const stopped = await browser.submit(compare, { abort: 'yes' })
    expect(stopped.text).toContain('The device was not connected.')
    await expect(
      client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:device_code', {
        device_code: started.device_code,
      }),
    ).rejects.toMatchObject({ error: 'access_denied' })
  })

  test('a form without the secret of this browser decides nothing', async () => {
    const started = await begin()
    const pending = () =>
      expect(
        client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:device_code', {
          device_code: started.device_code,
        }),
      ).rejects.toMatchObject({ error: 'authorization_pending' })
    const forged = {
      method: 'POST',
      body: new URLSearchParams({ user_code: started.user_code, abort: 'yes', xsrf: 'x' }),
    }
    const stranger = await createBrowser().once(`${auth.issuer}/sign-in/device`, forged)
    expect(stranger.headers.get('location')).toMatch(/\/sign-in\/device$/)
    await pending()

    const browser = createBrowser()
    await browser.open(`${auth.issuer}/sign-in/device`)
    expect((await browser.once(`${auth.issuer}/sign-in/device`, forged)).status).toBe(400)
    await pending()
  })

  test('who keeps entering wrong codes has to wait, from that address only', async () => {
    const behind = await auth.another({ TRUSTED_PROXIES: '127.0.0.1' })
    const source = `2001:db8:${Math.floor(Math.random() * 65_535).toString(16)}::1`
    try {
      const enter = async (address: string) => {
        const browser = createBrowser()
        const page = await browser.once(`${behind.url}/sign-in/device`)
        return browser.submit(page, { user_code: 'BBBB-BBBB' }, { 'x-forwarded-for': address })
      }
      for (let count = 0; count < 10; count += 1) {
        expect((await enter(source)).text).toContain('This code is wrong')
      }
      const refused = await enter(source)
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await enter('2001:db8:ffff::9')).status).toBe(200)
    } finally {
      await behind.stop()
    }
  })
})
