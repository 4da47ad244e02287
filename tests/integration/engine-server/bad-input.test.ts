import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import type { AccountState } from '@codelab/contracts/engine-ui/account'
import type { SettingsState } from '@codelab/contracts/engine-ui/settings'
import { selfSigned } from '../../support/certificate.ts'
import { silentLog } from '../../support/silent-log.ts'
import { until } from '../../support/until.ts'
import { startStandIn, type StandIn } from '../engine-connection/stand-in.ts'
import { type EngineUnderTest, startEngineUnderTest, tokenOf } from './engine-under-test.ts'

let engine: EngineUnderTest | undefined
const open: { close(): unknown }[] = []
afterEach(async () => {
  await engine?.stop()
  engine = undefined
  for (const one of open.splice(0)) await one.close()
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => (server.closeAllConnections(), server.close()) })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

type TokenAnswer = { status: number; body: unknown; headers?: Record<string, string> }

/** A sign-in service that answers every token request the same. */
async function signInService(token: TokenAnswer | (() => TokenAnswer)): Promise<string> {
  let url = ''
  const server = createServer((request, response) => {
    const json = { 'content-type': 'application/json' }
    if (request.url?.startsWith('/.well-known/')) {
      const grants = ['authorization_code', 'password', 'refresh_token']
      response.writeHead(200, json)
      return void response.end(
        JSON.stringify({
          issuer: url,
          token_endpoint: `${url}/oauth/token`,
          authorization_endpoint: `${url}/oauth/authorize`,
          jwks_uri: `${url}/jwks`,
          grant_types_supported: grants,
          response_types_supported: ['code'],
        }),
      )
    }
    const { status, body, headers } = typeof token === 'function' ? token() : token
    response.writeHead(status, { ...json, ...headers })
    return void response.end(JSON.stringify(body))
  })
  url = `http://${await listening(server)}`
  return url
}

const password = { way: 'password', username: 'dev', password: 'x' }
const signIn = (server: string) =>
  startEngineUnderTest(server, { signedIn: false }).then((started) => {
    engine = started
    return started.page.fails('POST', '/api/v1/account/sign_in', password)
  })

describe('signing in', () => {
  test('at a server that does not answer', async () => {
    const server = createServer()
    const address = `http://${await listening(server)}`
    server.close()
    const failed = await signIn(address)
    expect([failed.status, failed.reason]).toEqual([503, 'server_unreachable'])
    expect(failed.message).toContain(address)
  })

  test('at a server whose certificate nobody vouches for', async () => {
    const server = createTlsServer(selfSigned('127.0.0.1'), (_, response) => response.end())
    const failed = await signIn(`https://${await listening(server as unknown as Server)}`)
    expect([failed.status, failed.reason]).toEqual([503, 'certificate_refused'])
    expect(failed.message).toContain('do not sign in')
  })

  test.each([
    ['a suspended workspace', 503, 'workspace_suspended'],
    ['something else', 200, 'not_a_codelab_server'],
    ['something that knows no such page', 404, 'not_a_codelab_server'],
  ])('at %s', async (_, status, reason) => {
    const server = createServer((_request, response) => response.writeHead(status).end('<html>'))
    const failed = await signIn(`http://${await listening(server)}`)
    expect([failed.status, failed.reason]).toEqual([503, reason])
  })

  test('with a wrong password', async () => {
    const failed = await signIn(
      await signInService({ status: 400, body: { error: 'invalid_grant' } }),
    )
    expect([failed.status, failed.reason]).toEqual([401, 'wrong_credentials'])
    const account = await engine?.page.get<AccountState>('/api/v1/account')
    expect(account).toMatchObject({ state: 'signed_out', problem: { reason: 'wrong_credentials' } })
  })

  test('with a locked account: it says how long', async () => {
    const answer = { status: 429, body: { error: 'slow_down' }, headers: { 'retry-after': '840' } }
    const failed = await signIn(await signInService(answer))
    expect(failed).toMatchObject({ status: 429, reason: 'account_locked', retry_after_s: 840 })
  })

  test('in a way that the server does not offer', async () => {
    const server = await signInService({ status: 400, body: { error: 'unauthorized_client' } })
    expect((await signIn(server)).reason).toBe('way_not_offered')
    const offer = await engine?.page.get<{ ways: string[] }>('/api/v1/account/offer')
    expect(offer?.ways).toEqual(['browser', 'password'])
  })

  test('succeeds, and is told to every page; signing out ends it', async () => {
    const token = { access_token: tokenOf('u7'), token_type: 'Bearer', expires_in: 900 }
    engine = await startEngineUnderTest(await signInService({ status: 200, body: token }), {
      signedIn: false,
    })
    await engine.page.listen()
    const account = await engine.page.post<AccountState>('/api/v1/account/sign_in', password)
    expect(account).toMatchObject({ state: 'signed_in', person: { id: 'u7', name: 'dev' } })
    await until('told', () =>
      engine?.page.of('account').some((event) => event.account.state === 'signed_in'),
    )
    await engine.page.post('/api/v1/account/sign_out')
    expect(await engine.page.get<AccountState>('/api/v1/account')).toMatchObject({
      state: 'signed_out',
    })
    expect((await engine.page.fails('GET', '/api/v1/sessions')).reason).toBe('signed_out')
  })

  test('in the browser shows the address, can be stopped, and does not disturb what follows', async () => {
    engine = await startEngineUnderTest(await signInService({ status: 400, body: {} }), {
      signedIn: false,
    })
    const started = await engine.page.post<AccountState>('/api/v1/account/sign_in', {
      way: 'browser',
    })
    expect(started).toMatchObject({
      state: 'signing_in',
      attempt: { way: 'browser', opened: false },
    })
    expect(started.attempt?.address).toContain('/oauth/authorize?')
    const stopped = await engine.page.post<AccountState>('/api/v1/account/cancel')
    expect(stopped).toMatchObject({ state: 'signed_out' })
    await until('told', async () => {
      const { problem } = (await engine?.page.get<AccountState>('/api/v1/account')) ?? {}
      return problem?.reason === 'sign_in_cancelled'
    })
  })

  test.each(['ftp://a.example', 'http://a.example', 'https://u:p@a.example', 'not an address'])(
    'the server %s is refused, and the one in use stays',
    async (server) => {
      engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
      const failed = await engine.page.fails('PUT', '/api/v1/account/server', { server })
      expect([failed.status, failed.field]).toEqual([400, 'server'])
      const account = await engine.page.get<AccountState>('/api/v1/account')
      expect(account.server).toBe('http://127.0.0.1:1')
    },
  )
})

test.each(['expired', 'revoked'])(
  'a refresh token that has %s ends the sign-in, everywhere at once',
  async () => {
    const server = await signInService({ status: 400, body: { error: 'invalid_grant' } })
    engine = await startEngineUnderTest(server)
    await until(
      'signed in',
      async () => (await engine?.page.get<AccountState>('/api/v1/account'))?.state === 'signed_in',
    )
    await engine.page.listen()
    await engine.tokens.save(server, {
      access_token: tokenOf('u1'),
      refresh_token: 'old',
      received_at: Date.now() - 1_000_000,
      expires_at: Date.now() - 1_000,
    })
    const failed = await engine.page.fails('GET', '/api/v1/sessions')
    expect([failed.status, failed.reason]).toEqual([401, 'signed_out'])
    await until('told', () => {
      const account = engine?.page.of('account').at(-1)?.account
      return account?.state === 'signed_out' && account.problem?.reason === 'signed_out'
    })
  },
)

describe('a workspace', () => {
  let standIn: StandIn
  beforeEach(async () => {
    standIn = await startStandIn()
    open.push({ close: () => standIn.stop() })
    engine = await startEngineUnderTest(standIn.url)
  })
  const begin = () =>
    engine?.page.post<{ session_id: string }>('/api/v1/conversations', {
      project: engine.projectId,
    })
  const lastConnection = () => engine?.page.of('connection').at(-1)?.connection

  test('that is suspended says so, to calls and to conversations', async () => {
    standIn.rest.set('*', 503)
    expect((await engine?.page.fails('GET', '/api/v1/sessions'))?.reason).toBe(
      'workspace_suspended',
    )
    await engine?.page.listen()
    await standIn.stop()
    const port = Number(new URL(standIn.url).port)
    const front = createServer((_, response) => response.writeHead(503).end())
    front.on('upgrade', (_, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'))
    await new Promise<void>((resolve) => front.listen(port, '127.0.0.1', resolve))
    open.push({ close: () => (front.closeAllConnections(), front.close()) })
    await begin()
    await until('told', () => {
      const connection = lastConnection()
      return connection?.state === 'waiting' && connection.problem.reason === 'workspace_suspended'
    })
  })

  test('that is gone says so', async () => {
    await engine?.page.listen()
    await standIn.stop()
    expect((await engine?.page.fails('GET', '/api/v1/models'))?.reason).toBe('server_unreachable')
    await begin()
    await until('told', () => {
      const connection = lastConnection()
      return connection?.state === 'waiting' && connection.problem.reason === 'server_unreachable'
    })
  })

  test.each([
    ['0.2.0', 'client'],
    ['0.0.9', 'server'],
    ['1.0.0', 'client'],
    ['stand-in', undefined],
    ['0.1.7', undefined],
  ])('of version %s: to update is %s', async (server_version, update) => {
    standIn.onOpen = (socket) => {
      socket.send(
        JSON.stringify({
          type: 'session',
          session_id: 's',
          last_seq: 0,
          resumed: false,
          state: 'idle',
          pending_approvals: [],
          models: [],
          limits: {},
          server_version,
        }),
      )
      return false
    }
    await engine?.page.listen()
    await begin()
    await until('connected', () => lastConnection()?.state === 'open')
    const { mismatch } = (await engine?.page.get<{ mismatch?: unknown }>('/api/v1/state')) ?? {}
    expect(mismatch).toEqual(update && { server_version, client_version: '0.1.0', update })
  })

  test('has no such session', async () => {
    standIn.rest.set('*', 404)
    const failed = await engine?.page.fails('POST', '/api/v1/conversations', { session_id: 'none' })
    expect(failed?.code).toBe('unavailable')
  })
})

describe('two windows', () => {
  let standIn: StandIn
  beforeEach(async () => {
    standIn = await startStandIn()
    open.push({ close: () => standIn.stop() })
    engine = await startEngineUnderTest(standIn.url)
  })

  test('of one engine share a conversation and hear the same', async () => {
    const { page, projectId } = engine as EngineUnderTest
    await page.listen()
    await page.listen()
    const { session_id } = await page.post<{ session_id: string }>('/api/v1/conversations', {
      project: projectId,
    })
    await page.post('/api/v1/conversations', { session_id })
    await until('connected', () => standIn.sockets.size > 0)
    expect(standIn.upgrades).toHaveLength(1)
    standIn.append({ type: 'user_message', id: 'm1', content: 'one' })
    await until(
      'both',
      () => page.of('frame').filter(({ frame }) => frame.type === 'user_message').length === 2,
    )
  })

  test('of two engines run a call once between them', async () => {
    const first = engine as EngineUnderTest
    let claims = 0
    standIn.onFrame = (frame) => {
      if (frame.type === 'tool_claim') {
        claims += 1
        if (claims === 1) standIn.tell({ type: 'tool_claimed', call_id: 'c1' })
        else standIn.tell({ type: 'error', code: 'conflict', message: 'taken', in_reply_to: 'c1' })
      }
      if (frame.type === 'tool_result')
        standIn.append({ type: 'tool_resolved', call_id: 'c1', outcome: 'executed' })
    }
    await writeFile(join(first.project, 'a.txt'), 'x')
    const { session_id } = await first.page.post<{ session_id: string }>('/api/v1/conversations', {
      project: first.projectId,
    })
    const second = await first.another()
    open.push(second)
    const { openPage } = await import('./page.ts')
    const other = await openPage(second.entry())
    const opened = await other.post<{ executes: boolean }>('/api/v1/conversations', { session_id })
    expect(opened.executes).toBe(true)
    await until('both are connected', () => standIn.sockets.size === 2)
    standIn.append({ type: 'turn', state: 'started', turn_id: 't' })
    standIn.append({
      type: 'tool_call',
      call_id: 'c1',
      tool_name: 'read_file',
      arguments: { path: 'a.txt' },
      requires_approval: false,
    })
    await until('resolved', () => standIn.log.some(({ type }) => type === 'tool_resolved'))
    expect(standIn.received.filter(({ type }) => type === 'tool_result')).toHaveLength(1)
  })
})

describe('this machine’s settings', () => {
  const file = () => join(engine?.home ?? '', 'settings.json')
  beforeEach(async () => {
    engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
  })
  const read = async () =>
    (await engine?.page.get<SettingsState>('/api/v1/settings')) as SettingsState

  test('are kept for their owner alone, with what a newer version wrote', async () => {
    await writeFile(file(), JSON.stringify({ theme: 'light', from_tomorrow: 1 }))
    await engine?.page.patch('/api/v1/settings', { font_size: 16 })
    expect((await stat(file())).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(file(), 'utf8'))).toMatchObject({
      theme: 'light',
      font_size: 16,
      from_tomorrow: 1,
    })
  })

  test('that are damaged cost themselves alone; damaged rules make everything ask', async () => {
    await engine?.page.listen()
    await writeFile(
      file(),
      JSON.stringify({
        theme: 'dark',
        font_size: 'big',
        approval_rules: [{ tool: 'x', action: 'allow' }],
      }),
    )
    await until('read again', async () => (await read()).settings.theme === 'dark')
    const { settings, problem } = await read()
    expect(settings.font_size).toBe(14)
    expect(settings.approval_rules).toMatchObject([{ tool: '*', action: 'ask' }])
    expect(problem?.reason).toBe('settings_damaged')
    await writeFile(file(), '{')
    await until('read again', async () => (await read()).settings.theme === 'system')
    expect((await read()).settings.approval_rules).toMatchObject([{ tool: '*', action: 'ask' }])
    await engine?.page.patch('/api/v1/settings', { approval_rules: [] })
    expect(await readFile(`${file()}.damaged`, 'utf8')).toBe('{')
    expect((await read()).problem).toBeUndefined()
  })

  test.each([
    [{ theme: 'pink' }, 'theme'],
    [{ font_size: 7 }, 'font_size'],
    [{ font_family: 'x; } body { display: none' }, 'font_family'],
    [{ key_bindings: { 'file.save': 'Hyper+X' } }, 'key_bindings.file.save'],
    [{ server: 'https://evil.example' }, undefined],
    [{ unknown: 1 }, undefined],
  ])('%j is refused, and names itself', async (change, field) => {
    const failed = await engine?.page.fails('PATCH', '/api/v1/settings', change)
    expect([failed?.status, failed?.field]).toEqual([400, field])
  })

  test('what a page remembers stays between engines, within bounds', async () => {
    const { page, home } = engine as EngineUnderTest
    await page.put('/api/v1/views/tabs', { value: { open: ['a.txt'] } })
    expect(await page.get('/api/v1/views/tabs')).toEqual({ value: { open: ['a.txt'] } })
    expect((await stat(join(home, 'views/tabs.json'))).mode & 0o777).toBe(0o600)
    const large = { value: 'x'.repeat(4 * 1024 * 1024) }
    expect((await page.fails('PUT', '/api/v1/views/tabs', large)).status).toBe(413)
    expect((await page.fails('PUT', '/api/v1/views/..%2Fsettings', { value: 1 })).status).toBe(400)
    await page.put('/api/v1/views/tabs', { value: null })
    expect(await page.get('/api/v1/views/tabs')).toEqual({ value: null })
  })
})

test.each([
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'codelab://x',
  'vbscript:x',
  '//a.example',
  '-a',
  '',
])('the link %j is not opened', async (url) => {
  engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
  const failed = await engine.page.fails('POST', '/api/v1/links/open', { url })
  expect(failed.status).toBe(400)
})

test('a page that does not read is closed, and others are not held up', async () => {
  const standIn = await startStandIn()
  open.push({ close: () => standIn.stop() })
  const told: string[] = []
  const log = Object.assign(Object.create(silentLog) as typeof silentLog, {
    info: (_: unknown, text: string) => void told.push(text),
  })
  const started = await startEngineUnderTest(standIn.url, { log })
  engine = started
  const { page, projectId } = started
  await page.listen()
  const { host, port } = new URL(page.origin)
  const slow = connect(Number(port), '127.0.0.1')
  slow.on('error', () => undefined)
  slow.write(
    `GET /events HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${page.origin}\r\nCookie: ${page.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  )
  slow.pause()
  await page.post('/api/v1/conversations', { project: projectId })
  await until('connected', () => standIn.sockets.size > 0)
  const piece = 'x'.repeat(300_000)
  const pieces = () =>
    page.of('frame').filter(({ frame }) => frame.type === 'assistant_message').length
  let count = 0
  await until(
    'the slow page is closed',
    async () => {
      standIn.append({
        type: 'assistant_message',
        message_id: 'a1',
        token: piece,
        is_final: false,
      })
      count += 1
      await until('the other page has it', () => pieces() === count)
      return told.includes('a page reads too slowly; it is closed')
    },
    25_000,
  )
  slow.destroy()
  expect(page.of('hello')).toHaveLength(1)
})

test('a home that may not be written says so, and nothing is half written', async () => {
  if (process.getuid?.() === 0) return
  engine = await startEngineUnderTest('http://127.0.0.1:1', { signedIn: false })
  await chmod(engine.home, 0o500)
  const failed = await engine.page.fails('PATCH', '/api/v1/settings', { theme: 'dark' })
  expect(failed.reason).toBe('no_permission')
})
