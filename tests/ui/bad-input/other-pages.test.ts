import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { snapshotOf } from '../../support/snapshot.ts'
import { until } from '../../support/until.ts'
import { openWindow, type Window } from './window.ts'

/** Pages of other origins in the browser where the person's own page is open: whatever they send has no effect and tells them nothing. */
const evil = 'evil.example'

let browser: Browser
let foreign: Server
let window: Window
let origin: string
let projectId: string

beforeAll(async () => {
  browser = await launchChromium(`--host-resolver-rules=MAP ${evil} 127.0.0.1`)
  foreign = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>Nice pictures</title><body></body>')
  })
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  // What the local server lets in has nothing to do with a workspace.
  window = await openWindow(browser, { server: 'http://127.0.0.1:1' })
  await window.page.getByRole('heading', { name: 'Sign in to CodeLab' }).waitFor()
  ;({ origin } = new URL(window.page.url()))
  await until('engine and page have written what they write by themselves', async () => {
    const written = await readdir(window.home, { recursive: true })
    return [/^seen\/[^/]+\.json$/, /^views\/front\.json$/].every((name) =>
      written.some((path) => name.test(path)),
    )
  })
  projectId = await window.page.evaluate<string>(
    `fetch('/api/v1/state').then((answer) => answer.json()).then(({ project }) => project)`,
  )
}, 120_000)
afterAll(async () => {
  await window?.close()
  await browser?.close()
  foreign?.close()
}, 60_000)

/** Everything that could have changed: the project, what the engine keeps, what it says of itself. */
const everything = async () => ({
  files: await snapshotOf(window.folder),
  home: await snapshotOf(window.home),
  state: await window.page.evaluate<unknown>(
    `fetch('/api/v1/state').then((answer) => answer.json()).then(({ cursor, ...state }) => state)`,
  ),
})

type Wanted = readonly [method: string, path: string, body?: unknown]
const wanted = (): Wanted[] => [
  ['PATCH', '/api/v1/settings', { theme: 'dark' }],
  ['PUT', '/api/v1/account/server', { server: 'http://127.0.0.1:2' }],
  ['POST', '/api/v1/account/sign_in', { way: 'password', username: 'a', password: 'b' }],
  ['POST', '/api/v1/account/sign_out'],
  ['POST', '/api/v1/projects/open', { path: '/tmp' }],
  ['POST', `/api/v1/projects/${projectId}/close`],
  ['DELETE', `/api/v1/projects/${projectId}`],
  [
    'PUT',
    `/api/v1/projects/${projectId}/file`,
    { path: 'planted.txt', text: 'planted', version: null },
  ],
  ['PUT', '/api/v1/views/planted', { value: 'planted' }],
  ['POST', '/api/v1/links/open', { url: 'http://127.0.0.1:2' }],
  ['POST', '/api/v1/conversations', { project: projectId }],
  ['GET', '/api/v1/state'],
  ['GET', '/api/v1/settings'],
  ['GET', `/api/v1/projects/${projectId}/file?path=README.md`],
  ['GET', '/?t=guess'],
  ['GET', '/'],
  ['HEAD', '/'],
  ['OPTIONS', '/api/v1/settings'],
]

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']
const types = ['application/json', 'text/plain', 'application/x-www-form-urlencoded']

/** Runs in the foreign page: everything a page can do. Answers how much was tried, and all that it could read or open. */
const attack = (target: string, asks: readonly Wanted[]) => `
  (async (target, asks, methods, types) => {
    let tried = 0
    const got = []
    const quietly = (work) => Promise.race([
      Promise.resolve().then(work).catch(() => undefined),
      new Promise((resolve) => setTimeout(resolve, 3000)),
    ])
    const send = (path, options) => quietly(async () => {
      tried += 1
      const answer = await fetch(target + path, { credentials: 'include', ...options })
      if (answer.type === 'opaque' || answer.type === 'opaqueredirect') return
      const text = await answer.text()
      if (answer.ok || text.includes('version')) got.push([options.method, path, answer.status, text.slice(0, 80)])
    })
    const all = []
    for (const [method, path, body] of asks) {
      const text = body === undefined ? undefined : JSON.stringify(body)
      for (const mode of ['cors', 'no-cors', 'same-origin'])
        for (const type of types)
          for (const each of new Set([method, ...(body ? methods : [])])) {
            const withBody = text !== undefined && !['GET', 'HEAD'].includes(each)
            all.push(send(path, {
              method: each, mode,
              headers: { 'content-type': type },
              ...(withBody && { body: text }),
              ...(type === 'text/plain' && { referrerPolicy: 'no-referrer' }),
              redirect: 'manual',
            }))
          }
      if (text !== undefined) {
        tried += 2
        navigator.sendBeacon(target + path, text)
        navigator.sendBeacon(target + path, new Blob([text], { type: 'text/plain' }))
      }
    }
    await Promise.all(all)

    const loads = (make) => quietly(() => new Promise((resolve) => {
      tried += 1
      const element = make()
      element.onload = () => { got.push([element.tagName, element.src || element.href || element.data]); resolve() }
      element.onerror = resolve
      document.body.append(element)
    }))
    const element = (name, values) => () => Object.assign(document.createElement(name), values)
    const addresses = ['/', '/api/v1/state', '/icon.svg', '/assets/index.js', '/?t=guess']
    await Promise.all(addresses.flatMap((path) => [
      loads(element('img', { src: target + path })),
      loads(element('script', { src: target + path })),
      loads(element('link', { rel: 'stylesheet', href: target + path })),
      loads(element('video', { src: target + path })),
    ]))

    const frames = addresses.map((path) => quietly(() => new Promise((resolve) => {
      tried += 1
      const frame = document.createElement('iframe')
      frame.src = target + path
      frame.onload = () => {
        let inside = ''
        try { inside = frame.contentDocument?.body?.textContent ?? '' } catch { /* another origin */ }
        if (frame.contentWindow.length > 0 || inside.includes('CodeLab')) got.push(['frame', path, inside])
        resolve()
      }
      document.body.append(frame)
    })))
    await Promise.all(frames)

    const forms = asks.flatMap(([, path, body]) => ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'].map((enctype) =>
      quietly(() => new Promise((resolve) => {
        tried += 1
        const name = 'frame' + tried
        const frame = Object.assign(document.createElement('iframe'), { name })
        const form = Object.assign(document.createElement('form'), { action: target + path, method: 'post', enctype, target: name })
        const field = Object.assign(document.createElement('input'), { name: JSON.stringify(body ?? {}).slice(0, -1) + ',"x":"', value: '"}' })
        form.append(field)
        document.body.append(frame, form)
        frame.onload = resolve
        form.submit()
      }))))
    await Promise.all(forms)

    const socket = (path) => quietly(() => new Promise((resolve) => {
      tried += 1
      const one = new WebSocket(target.replace('http', 'ws') + path)
      one.onopen = () => { got.push(['socket', path]); resolve() }
      one.onmessage = ({ data }) => got.push(['message', String(data).slice(0, 80)])
      one.onerror = one.onclose = resolve
    }))
    const source = (path) => quietly(() => new Promise((resolve) => {
      tried += 1
      const one = new EventSource(target + path, { withCredentials: true })
      one.onopen = () => { got.push(['event source', path]); resolve() }
      one.onerror = () => { one.close(); resolve() }
    }))
    await Promise.all([socket('/events'), socket('/events?after=0'), socket('/'), source('/events'), source('/api/v1/state')])
    return { tried, got }
  })(${JSON.stringify(target)}, ${JSON.stringify(asks)}, ${JSON.stringify(methods)}, ${JSON.stringify(types)})`

type Result = { tried: number; got: unknown[] }

const foreignPort = () => (foreign.address() as AddressInfo).port
const visit = async (address: string): Promise<Page> => {
  const page = await window.context.newPage()
  await page.goto(address).catch(() => undefined)
  return page
}

test.each([
  // The same site, as browsers count: a SameSite cookie comes with its requests.
  ['another port of this machine', () => `http://127.0.0.1:${foreignPort()}`],
  ['another name for this machine', () => `http://localhost:${foreignPort()}`],
  ['a page of the web', () => `http://${evil}:${foreignPort()}`],
])(
  '%s: no effect, and nothing to read',
  async (name, address) => {
    const before = await everything()
    const page = await visit(`${address()}/`)
    const { tried, got } = await page.evaluate<Result>(attack(origin, wanted()))
    await page.close()
    expect(got).toEqual([])
    expect(await everything()).toEqual(before)
    expect(tried).toBeGreaterThan(400)
    console.log(`${name}: ${tried} tries, ${got.length} read, 0 effects`)
  },
  120_000,
)

test('a name that is made to point here (DNS rebinding): its requests are of one origin, and refused', async () => {
  const before = await everything()
  const rebound = `http://${evil}:${new URL(origin).port}`
  const page = await visit(`${rebound}/`)
  expect(await page.title()).not.toBe('CodeLab')
  const { tried, got } = await page.evaluate<Result>(attack(rebound, wanted()))
  await page.close()
  expect(got).toEqual([])
  expect(await everything()).toEqual(before)
  console.log(`DNS rebinding: ${tried} tries, ${got.length} read, 0 effects`)
}, 120_000)

test('a link to the page, a window that opens it, a used address: no way in', async () => {
  const page = await visit(`http://127.0.0.1:${foreignPort()}/`)
  for (const path of ['/', '/?t=guess']) {
    const opened = page.waitForEvent('popup')
    await page.evaluate(`window.open(${JSON.stringify(origin + path)}, '_blank')`)
    const popup = await opened
    await popup.waitForLoadState()
    expect(await popup.getByRole('heading', { name: 'Sign in to CodeLab' }).count()).toBe(0)
    await popup.close()
  }
  await page.close()
  const again = await visit(window.engine.entry)
  await again.getByText('This address was used before, or is too old.').waitFor()
  await again.getByText('Open the page from the application, or with: codelab open').waitFor()
  await again.close()
}, 60_000)

test('the same requests from the person’s own page do have their effect', async () => {
  const before = await everything()
  const answers = await window.page.evaluate<number[]>(`
    Promise.all(${JSON.stringify(wanted().filter(([, path]) => /settings|\/file$|views/.test(path)))}.filter(([, , body]) => body).map(
      ([method, path, body]) => fetch(path, {
        method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
      }).then(({ status }) => status)))`)
  expect(answers).toEqual([200, 200, 204])
  const after = await everything()
  expect(after).not.toEqual(before)
  expect(Object.keys(after.files).some((path) => path.endsWith('planted.txt'))).toBe(true)
}, 60_000)
