import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { networkInterfaces } from 'node:os'
import { WebSocket } from 'ws'
import { until } from '../../support/until.ts'
import { type EngineUnderTest, startEngineUnderTest } from './engine-under-test.ts'
import { ask, type Ask, cookieOf } from './page.ts'

const nowhere = 'http://127.0.0.1:1'
let clock = Date.now()
let engine: EngineUnderTest
beforeEach(async () => {
  clock = Date.now()
  engine = await startEngineUnderTest(nowhere, { now: () => clock, signedIn: false })
})
afterEach(() => engine.stop())

const origin = () => engine.engine.origin
const host = () => new URL(origin()).host
const evil = 'https://evil.example'
const state = '/api/v1/state'
const settings = '/api/v1/settings'
const change = JSON.stringify({ theme: 'dark' })
const json = { 'content-type': 'application/json' }

const theme = async () =>
  (await engine.page.get<{ settings: { theme: string } }>(settings)).settings.theme
const mine = (more: Ask['headers'] = {}) => ({ cookie: engine.page.cookie, ...more })

describe('the way in', () => {
  test('a token is good once: a cookie, and a way on without the token', async () => {
    const entry = new URL(engine.engine.entry())
    const path = entry.pathname + entry.search
    const first = await ask(origin(), { path })
    expect(first.status).toBe(303)
    expect(first.headers.location).toBe('/')
    const [cookie = ''] = first.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^codelab-[0-9a-f]{16}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    const second = await ask(origin(), { path })
    expect(second.status).toBe(401)
    expect(second.headers['set-cookie']).toBeUndefined()
    expect(second.text).toContain('codelab open')
    const admitted = await ask(origin(), { path: state, headers: { cookie: cookieOf(first) } })
    expect(admitted.status).toBe(200)
  })

  test('a token ends after a minute', async () => {
    const entry = new URL(engine.engine.entry())
    clock += 60_000
    expect((await ask(origin(), { path: `/${entry.search}` })).status).toBe(401)
  })

  test.each(['', 'x', 'a'.repeat(43), '../', '%00'])(
    'the token %j opens nothing',
    async (token) => {
      const answer = await ask(origin(), { path: `/?t=${token}` })
      expect(answer.status).toBe(401)
      expect(answer.headers['set-cookie']).toBeUndefined()
    },
  )

  test('a token leads in at the page alone', async () => {
    const { search } = new URL(engine.engine.entry())
    expect((await ask(origin(), { path: `${state}${search}` })).status).toBe(401)
    expect((await ask(origin(), { path: `/${search}` })).status).toBe(303)
  })

  test.each([
    ['none', () => undefined],
    ['a made-up one', () => `${engine.page.cookie.split('=', 1)[0]}=${'x'.repeat(43)}`],
    ['the right value under another name', () => `codelab-0=${engine.page.cookie.split('=')[1]}`],
    ['the same twice', () => `${engine.page.cookie}; ${engine.page.cookie}`],
  ])('without our cookie, %s: nothing', async (_, cookie) => {
    const value = cookie()
    const headers: Record<string, string> = value === undefined ? {} : { cookie: value }
    for (const path of [state, '/', '/index.html', '/api/v1/projects'])
      expect((await ask(origin(), { path, headers })).status).toBe(401)
    const changing = { ...headers, ...json, origin: origin() }
    const answer = await ask(origin(), {
      method: 'PATCH',
      path: settings,
      headers: changing,
      body: change,
    })
    expect(answer.status).toBe(401)
    expect(await theme()).toBe('system')
  })

  test('the cookie of another engine opens nothing, and its name is another', async () => {
    const other = await startEngineUnderTest(nowhere, { signedIn: false })
    try {
      expect(other.page.cookie.split('=')[0]).not.toBe(engine.page.cookie.split('=')[0])
      const answer = await ask(origin(), { path: state, headers: { cookie: other.page.cookie } })
      expect(answer.status).toBe(401)
    } finally {
      await other.stop()
    }
  })
})

describe('a page of another origin, the person’s cookie with it', () => {
  const methods = ['POST', 'PUT', 'PATCH', 'DELETE'] as const
  const from = [
    ['its own origin', { origin: evil }],
    ['no origin', {}],
    ['the origin null', { origin: 'null' }],
    ['our port under another name', { origin: 'http://localhost:PORT' }],
    ['our address with another port', { origin: 'http://127.0.0.1:1' }],
    ['our address over https', { origin: 'https://127.0.0.1:PORT' }],
    ['our origin and another', { origin: ['http://127.0.0.1:PORT', evil] }],
    [
      'our origin, but the browser knows better',
      { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'cross-site' },
    ],
    [
      'our origin from the same site',
      { origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-site' },
    ],
  ] as const

  const told = (
    headers: Record<string, string | readonly string[]>,
  ): Record<string, string | string[]> =>
    Object.fromEntries(
      Object.entries(headers).map(([name, value]) => {
        const put = (text: string) => text.replace('PORT', new URL(origin()).port)
        return [name, typeof value === 'string' ? put(value) : value.map(put)]
      }),
    )

  test.each(
    methods.flatMap((method) => from.map(([what, headers]) => [method, what, headers] as const)),
  )('%s with %s changes nothing', async (method, _, headers) => {
    const answer = await ask(origin(), {
      method,
      path: settings,
      headers: mine({ ...json, ...told(headers) }),
      body: change,
    })
    expect(answer.status).toBe(403)
    expect(await theme()).toBe('system')
  })

  test.each(from.filter(([what]) => what !== 'no origin'))(
    'a GET with %s reads nothing',
    async (_, headers) => {
      const answer = await ask(origin(), { path: state, headers: mine(told(headers)) })
      expect(answer.status).toBe(403)
      expect(answer.text).not.toContain('version')
    },
  )

  test.each(['OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'])(
    '%s is refused, without a header of CORS',
    async (method) => {
      const asking = { origin: evil, 'access-control-request-method': 'POST' }
      for (const headers of [mine(asking), mine({ origin: origin() })]) {
        const answer = await ask(origin(), { method, path: settings, headers })
        expect([403, 405]).toContain(answer.status)
        expect(
          Object.keys(answer.headers).filter((name) => name.startsWith('access-control')),
        ).toEqual([])
      }
    },
  )

  test('what it embeds, or links to, is refused', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      const headers = mine({ 'sec-fetch-site': site })
      expect((await ask(origin(), { path: '/assets/x.js', headers })).status).toBe(403)
      expect((await ask(origin(), { path: state, headers })).status).toBe(403)
    }
    const opened = await ask(origin(), { headers: mine({ 'sec-fetch-site': 'none' }) })
    expect(opened.status).toBe(200)
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json, text/plain',
    'text/plain; application/json',
  ])('a body of type %s is refused, our origin or not', async (type) => {
    const headers = mine({ origin: origin(), 'content-type': type })
    const answer = await ask(origin(), { method: 'PATCH', path: settings, headers, body: change })
    expect(answer.status).toBe(415)
    expect(await theme()).toBe('system')
  })

  test('our own page changes what it asks to', async () => {
    const headers = mine({ ...json, origin: origin(), 'sec-fetch-site': 'same-origin' })
    const answer = await ask(origin(), { method: 'PATCH', path: settings, headers, body: change })
    expect(answer.status).toBe(200)
    expect(await theme()).toBe('dark')
  })
})

describe('another name for this address (DNS rebinding)', () => {
  test.each([
    'evil.example',
    'localhost',
    '127.0.0.1',
    '127.0.0.1:1',
    '[::1]:PORT',
    'evil.example:PORT',
    '127.0.0.1.nip.io:PORT',
    '127.1:PORT',
    '2130706433:PORT',
    '127.0.0.1:PORT.',
  ])('the host %j is refused', async (name) => {
    const named = name.replace('PORT', new URL(origin()).port)
    const { search } = new URL(engine.engine.entry())
    for (const path of [state, `/${search}`]) {
      const answer = await ask(origin(), { path, headers: mine({ host: named }) })
      expect([400, 421]).toContain(answer.status)
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
  })

  test('two Host headers, or a whole address in the request line, are refused', async () => {
    const raw = async (text: string) => {
      const socket = connect(Number(new URL(origin()).port), '127.0.0.1')
      let got = ''
      socket.on('data', (chunk: Buffer) => void (got += chunk.toString()))
      socket.write(text)
      await until('an answer', () => got.includes('\r\n\r\n'))
      socket.destroy()
      return got
    }
    const rest = `cookie: ${engine.page.cookie}\r\nconnection: close\r\n\r\n`
    const twice = await raw(
      `GET ${state} HTTP/1.1\r\nhost: ${host()}\r\nhost: evil.example\r\n${rest}`,
    )
    expect(twice).toMatch(/^HTTP\/1.1 4\d\d/)
    const whole = await raw(
      `GET http://evil.example${state} HTTP/1.1\r\nhost: ${host()}\r\n${rest}`,
    )
    expect(whole).toMatch(/^HTTP\/1.1 404/)
    expect(whole).not.toContain('"version"')
  })
})

describe('the socket', () => {
  const open = (headers: Record<string, string>, path = '/events') =>
    new Promise<number | 'open'>((resolve) => {
      const socket = new WebSocket(`ws://${host()}${path}`, { headers })
      socket.on('unexpected-response', (_, { statusCode }) => resolve(statusCode ?? 0))
      socket.on('open', () => {
        resolve('open')
        socket.terminate()
      })
      socket.on('error', () => undefined)
    })

  test('opens for our page alone', async () => {
    const { cookie } = engine.page
    expect(await open({ cookie, origin: origin() })).toBe('open')
    expect(await open({ cookie })).toBe(403)
    expect(await open({ cookie, origin: evil })).toBe(403)
    expect(await open({ cookie, origin: 'null' })).toBe(403)
    expect(await open({ origin: origin() })).toBe(401)
    expect(await open({ cookie, origin: origin(), 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await open({ cookie, origin: origin(), host: 'evil.example' })).toBe(421)
    expect(await open({ cookie, origin: origin() }, '/other')).toBe(404)
    expect(
      await open({ cookie, origin: origin() }, `/events${new URL(engine.engine.entry()).search}`),
    ).toBe('open')
    expect(
      await open({ origin: origin() }, `/events${new URL(engine.engine.entry()).search}`),
    ).toBe(401)
  })

  test('only tells: a page that speaks is closed', async () => {
    const socket = await engine.page.listen()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    socket.send('{}')
    expect(await closed).toBe(1008)
  })
})

describe('what every answer carries', () => {
  test('a strict policy, and nothing of CORS', async () => {
    for (const path of ['/', state, '/nothing']) {
      const { headers } = await ask(origin(), { path, headers: mine() })
      const policy = headers['content-security-policy'] ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain(`connect-src 'self' ws://${host()}`)
      expect(policy).not.toMatch(/unsafe|\*|https:/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['x-powered-by']).toBeUndefined()
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  test('a refused request learns nothing more than that', async () => {
    const { text } = await ask(origin(), { path: state })
    expect(JSON.parse(text)).toEqual({
      error: { code: 'unauthorized', message: expect.any(String), request_id: 'gate' },
    })
  })
})

test('a body has a limit, and JSON a depth', async () => {
  const headers = mine({ ...json, origin: origin() })
  const large = JSON.stringify({ font_family: 'x'.repeat(2_000_000) })
  const over = await ask(origin(), { method: 'PATCH', path: settings, headers, body: large })
  expect(over.status).toBe(413)
  const deep = `{"key_bindings":${'['.repeat(5_000)}${']'.repeat(5_000)}}`
  const nested = await ask(origin(), { method: 'PATCH', path: settings, headers, body: deep })
  expect(nested.status).toBe(400)
})

test('nothing of the engine listens beyond 127.0.0.1', async () => {
  const port = Number(new URL(origin()).port)
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ family, address }) => family === 'IPv4' && address !== '127.0.0.1')
    .map(({ address }) => address)
  for (const address of [...others, '127.0.0.2', '::1']) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect(port, address)
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
      setTimeout(() => resolve(false), 1_000).unref()
    })
    expect([address, reached]).toEqual([address, false])
  }
})

test('a GET changes nothing: every one of them, and what is kept stays as it was', async () => {
  const before = JSON.stringify([
    await engine.page.get(settings),
    await engine.page.get('/api/v1/projects'),
  ])
  const paths = [
    '/api/v1/account',
    '/api/v1/account/offer',
    '/api/v1/account/sign_out',
    '/api/v1/account/cancel',
    '/api/v1/projects/open?path=/tmp',
    `/api/v1/projects/${engine.projectId}/close`,
    `/api/v1/projects/${engine.projectId}/git`,
    '/api/v1/conversations',
    '/api/v1/links/open?url=https://a.example',
    '/api/v1/notifications',
    '/api/v1/views/x',
  ]
  for (const path of paths) await ask(origin(), { path, headers: mine() })
  for (const path of paths) await ask(origin(), { method: 'HEAD', path, headers: mine() })
  const after = JSON.stringify([
    await engine.page.get(settings),
    await engine.page.get('/api/v1/projects'),
  ])
  expect(after).toBe(before)
})

describe('the page’s files', () => {
  let served: EngineUnderTest
  beforeEach(async () => {
    const ui = join(engine.root, 'built')
    await mkdir(join(ui, 'assets'), { recursive: true })
    await mkdir(join(ui, '.hidden'))
    const page =
      '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script id="state">__STATE__</script>'
    await writeFile(join(ui, 'index.html'), page)
    await writeFile(join(ui, 'assets/app-1.js'), 'export {}')
    await writeFile(join(ui, '.hidden/secret.js'), 'secret')
    await writeFile(join(ui, 'notes.sh'), 'secret')
    await writeFile(join(engine.root, 'outside.js'), 'secret')
    await symlink(join(engine.root, 'outside.js'), join(ui, 'assets/link.js'))
    const folder = join(engine.root, 'names <', "script>$'")
    served = await startEngineUnderTest(nowhere, { uiFolder: ui, signedIn: false, folder })
  })
  afterEach(() => served.stop())
  const load = (path: string) =>
    ask(served.engine.origin, { path, headers: { cookie: served.page.cookie } })

  test('are served with their type; the document with a nonce of its own each time', async () => {
    const script = await load('/assets/app-1.js')
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
    const [first, second] = [await load('/'), await load('/')]
    const nonce = /nonce="([\w-]{22})"/.exec(first.text)?.[1]
    expect(nonce).toBeDefined()
    expect(first.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`)
    expect(first.headers['content-security-policy']).toContain("script-src 'self';")
    expect(second.text).not.toBe(first.text)
  })

  test('the document comes with the picture of now, and no name in it ends the element', async () => {
    const { text } = await load('/')
    const picture = /^<meta [^>]*><script id="state">([^<]*)<\/script>$/.exec(text)?.[1] ?? ''
    expect(JSON.parse(picture)).toEqual(await served.page.get(state))
    expect(picture).toContain("script>$'")
  })

  test.each([
    '/assets',
    '/assets/',
    '/../outside.js',
    '/assets/../../outside.js',
    '/%2e%2e/outside.js',
    '/assets/..%2f..%2foutside.js',
    '/assets/%2e%2e%5c%2e%2e%5coutside.js',
    '/assets\\..\\..\\outside.js',
    '//outside.js',
    '/assets//app-1.js',
    '/assets/app-1.js/',
    '/assets/app-1.js%00',
    '/assets/app-1.js%00.css',
    '/ASSETS/app-1.js',
    '/assets/link.js',
    '/.hidden/secret.js',
    '/notes.sh',
    '/etc/passwd',
    '/%c0%ae%c0%ae/outside.js',
    '/file:///etc/passwd',
    '/constructor',
    '/__proto__',
  ])('%s is no file of the page', async (path) => {
    const answer = await load(path)
    expect([400, 404]).toContain(answer.status)
    expect(answer.text).not.toContain('secret')
  })

  test('without a built page, a plain one says how to build it', async () => {
    const answer = await ask(origin(), { headers: mine() })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('npm run build')
  })
})
