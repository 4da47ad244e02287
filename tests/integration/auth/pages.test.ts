import { createHash, randomBytes } from 'node:crypto'
import { addUser, clientId, goodPassword, post, refresh, startAuth, type Auth } from './harness.ts'
import { createBrowser, type Page } from './browser.ts'

const redirectUri = 'http://127.0.0.1:41234/callback'

let auth: Auth
let name: string

beforeAll(async () => {
  auth = await startAuth()
  ;({ name } = await addUser(auth))
})
afterAll(() => auth.stop())

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')

const parameters = (more: Record<string, string | undefined> = {}) => {
  const all = {
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access workspace',
    state: 'st',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  }
  return Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
}
const authorizeUrl = (more: Record<string, string | undefined> = {}) =>
  `${auth.url}/oauth/authorize?${new URLSearchParams(parameters(more)).toString()}`

const credentials = (password = goodPassword, user = name) => ({
  username: user,
  password,
  action: 'sign-in',
})
const leadsTo = (page: Page) => new URL(page.headers.get('location') ?? 'about:blank')

const exchange = (code: string | null) =>
  post(`${auth.url}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: String(code),
    code_verifier: verifier,
    redirect_uri: redirectUri,
  })

describe('what the authorization endpoint refuses', () => {
  test.each([
    ['no PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
    ['the plain PKCE method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['a foreign resource', { resource: 'urn:codelab:workspace:other/one' }, 'invalid_target'],
    [
      'no sign-in to be shown while nobody is signed in',
      { prompt: 'none', scope: 'openid' },
      'login_required',
    ],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
  ])('%s, by telling the client', async (_what, more, error) => {
    const page = await createBrowser().open(authorizeUrl(more))
    const back = leadsTo(page)
    expect(back.origin + back.pathname).toBe(redirectUri)
    expect(
      back.searchParams.get('error') ?? new URLSearchParams(back.hash.slice(1)).get('error'),
    ).toBe(error)
  })

  test.each([
    ['another host', 'https://evil.example/callback'],
    ['another path', 'http://127.0.0.1:41234/other'],
    ['a path that begins alike', 'http://127.0.0.1:41234/callback/../evil'],
    ['a name that resolves to loopback', 'http://localhost:41234/callback'],
    ['a user part', 'http://127.0.0.1@evil.example/callback'],
    ['another scheme', 'javascript:alert(1)//127.0.0.1/callback'],
    ['https on loopback', 'https://127.0.0.1:41234/callback'],
    ['a query', 'http://127.0.0.1:41234/callback?next=https://evil.example'],
    ['a fragment', 'http://127.0.0.1:41234/callback#x'],
    ['nothing', ''],
  ])('a redirect to %s, without redirecting', async (_what, uri) => {
    const page = await createBrowser().open(authorizeUrl({ redirect_uri: uri }))
    expect(page.status).toBe(400)
    expect(page.headers.get('location')).toBeNull()
    expect(page.text).not.toContain('evil.example')
  })

  test('an unknown client, without redirecting', async () => {
    const page = await createBrowser().open(authorizeUrl({ client_id: 'stranger' }))
    expect([page.status >= 400, page.headers.get('location')]).toEqual([true, null])
  })
})

describe('the sign-in page', () => {
  test('has no script, a strict policy and is never cached or framed', async () => {
    const page = await createBrowser().open(authorizeUrl())
    expect(page.text).not.toMatch(/<script|onload=|style="/)
    const policy = page.headers.get('content-security-policy')!
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    const style = /<style>([^]*)<\/style>/.exec(page.text)![1]!
    expect(policy).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('speaks the language of the browser', async () => {
    const russian = await createBrowser({ language: 'ru-RU,ru;q=0.9,en;q=0.5' }).open(
      authorizeUrl(),
    )
    expect(russian.text).toContain('<html lang="ru">')
    expect(russian.text).toContain('Имя пользователя')
    const other = await createBrowser({ language: 'fr' }).open(authorizeUrl())
    expect(other.text).toContain('<html lang="en">')
  })

  test('leads back to any port of the loopback address, with code, state and issuer', async () => {
    const uri = 'http://127.0.0.1:9/callback'
    const browser = createBrowser()
    const back = leadsTo(
      await browser.submit(await browser.open(authorizeUrl({ redirect_uri: uri })), credentials()),
    )
    expect(back.origin + back.pathname).toBe(uri)
    expect(back.searchParams.get('state')).toBe('st')
    expect(back.searchParams.get('iss')).toBe(auth.issuer)
    expect(back.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  test('shows the same message for a wrong password and an unknown name, keeps the name and escapes it', async () => {
    const browser = createBrowser()
    const nasty = `"><script>alert(1)</script>-${name}`
    const wrong = await browser.submit(
      await browser.open(authorizeUrl()),
      credentials('wrong password'),
    )
    const unknown = await browser.submit(wrong, credentials('wrong password', nasty))
    for (const page of [wrong, unknown]) {
      expect(page.status).toBe(400)
      expect(page.text).toContain('The user name or the password is wrong.')
    }
    expect(unknown.text).not.toContain('<script>')
    expect(unknown.text).toContain('&quot;&gt;&lt;script&gt;')
    expect(unknown.text).not.toContain('wrong password"')
  })

  test('cancelled: the client is told access_denied', async () => {
    const browser = createBrowser()
    const back = leadsTo(
      await browser.submit(await browser.open(authorizeUrl()), { action: 'cancel' }),
    )
    expect(back.searchParams.get('error')).toBe('access_denied')
  })

  test('is throttled together with the password grant, even for the right password', async () => {
    const user = await addUser(auth)
    const browser = createBrowser()
    let page = await browser.open(authorizeUrl())
    for (let count = 0; count < 5; count += 1) {
      page = await browser.submit(page, credentials('wrong password', user.name))
      expect(page.status).toBe(400)
    }
    page = await browser.submit(page, credentials(goodPassword, user.name))
    expect(page.status).toBe(429)
    expect(page.text).toContain('Too many failed attempts.')
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(800)
    const direct = await post(`${auth.url}/oauth/token`, {
      grant_type: 'password',
      client_id: clientId,
      username: user.name,
      password: goodPassword,
    })
    expect(direct).toMatchObject({ status: 429, body: { error: 'slow_down' } })
  })
})

describe('a form that is not the one of this browser', () => {
  test('without the hidden value, or with that of another sign-in, is refused', async () => {
    const [browser, other] = [createBrowser(), createBrowser()]
    const page = await browser.open(authorizeUrl())
    const foreign = /name="csrf" value="([^"]+)"/.exec((await other.open(authorizeUrl())).text)![1]!
    for (const csrf of ['', 'x', foreign]) {
      const answer = await browser.submit(page, { ...credentials(), csrf })
      expect(answer.status).toBe(400)
      expect(answer.headers.get('location')).toBeNull()
    }
  })

  test('sent by another site is refused', async () => {
    const browser = createBrowser()
    const page = await browser.open(authorizeUrl())
    for (const site of ['cross-site', 'same-site']) {
      expect((await browser.submit(page, credentials(), { 'sec-fetch-site': site })).status).toBe(
        400,
      )
    }
  })

  test('in a browser that does not have the cookie of the sign-in is refused', async () => {
    const page = await createBrowser().open(authorizeUrl())
    const answer = await createBrowser().submit(page, credentials())
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('The sign-in has expired or was opened in another browser.')
  })

  test('with a changed cookie is refused', async () => {
    const browser = createBrowser()
    const page = await browser.open(authorizeUrl())
    for (const cookie of browser.cookies())
      if (cookie.name.endsWith('.sig')) cookie.value = 'x'.repeat(27)
    expect((await browser.submit(page, credentials())).status).toBe(400)
  })
})

describe('a browser that is signed in', () => {
  const signedIn = async () => {
    const browser = createBrowser()
    const back = leadsTo(await browser.submit(await browser.open(authorizeUrl()), credentials()))
    return { browser, code: back.searchParams.get('code') }
  }

  test('goes on with one click, never without one, and begins a family of its own', async () => {
    const { browser, code } = await signedIn()
    const page = await browser.open(authorizeUrl())
    expect(page.text).toContain(`You are signed in as ${name}.`)
    const second = leadsTo(await browser.submit(page, { action: 'continue' })).searchParams.get(
      'code',
    )

    const [first, next] = [(await exchange(code)).body, (await exchange(second)).body]
    await post(`${auth.url}/oauth/revoke`, {
      client_id: clientId,
      token: String(first['refresh_token']),
    })
    expect((await refresh(auth, first['refresh_token'])).status).toBe(400)
    expect((await refresh(auth, next['refresh_token'])).status).toBe(200)
  })

  test('can use another account', async () => {
    const { browser } = await signedIn()
    const other = await addUser(auth)
    const page = await browser.open(authorizeUrl())
    const link = /href="([^"]+\?as=other)"/.exec(page.text)![1]!
    const form = await browser.open(new URL(link, page.url).href)
    const swap = await browser.submit(form, credentials(goodPassword, other.name))
    const back = leadsTo(await browser.submit(swap, {}))
    const tokens = (await exchange(back.searchParams.get('code'))).body
    const claims = JSON.parse(
      Buffer.from(String(tokens['access_token']).split('.')[1]!, 'base64url').toString(),
    )
    expect(claims.sub).toBe(other.id)
  })

  test('cannot say "continue" on a page that asks for a password', async () => {
    const browser = createBrowser()
    const answer = await browser.submit(await browser.open(authorizeUrl()), { action: 'continue' })
    expect(answer.status).toBe(400)
  })

  test('is asked for the password again after the user was disabled, and cannot give it', async () => {
    const user = await addUser(auth)
    const browser = createBrowser()
    await browser.submit(await browser.open(authorizeUrl()), credentials(goodPassword, user.name))
    await auth.operate((operations) => operations.disableUser(user.name))
    const page = await browser.open(authorizeUrl())
    expect(page.text).not.toContain('You are signed in')
    expect((await browser.submit(page, credentials(goodPassword, user.name))).status).toBe(400)
  })
})

test('behind an https issuer cookies are Secure, whatever the request came in by', async () => {
  const behind = await auth.another({ ISSUER: 'https://acme.example.com' })
  try {
    const page = await createBrowser().once(authorizeUrl().replace(auth.url, behind.url))
    expect(page.status).toBe(303)
    const cookies = page.headers.getSetCookie()
    expect(cookies.length).toBeGreaterThan(0)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; secure/i)
      expect(cookie).toMatch(/; httponly/i)
      expect(cookie).toMatch(/; samesite=lax/i)
    }
  } finally {
    await behind.stop()
  }
})

test('an address of the pages that never was is a page that says so', async () => {
  const page = await createBrowser().open(`${auth.url}/sign-in/${'a'.repeat(43)}`)
  expect(page.status).toBe(400)
  expect(page.text).toContain('Start again from CodeLab.')
})

test('a person who opens the devices address is led to the page', async () => {
  const page = await createBrowser().open(`${auth.url}/oauth/device`)
  expect(page.text).toContain('Enter the code that the device shows.')
})
