import { request } from 'node:http'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { startAnthropic } from '../../support/vendors/anthropic.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { says } from '../../support/vendors/replies.ts'
import type { StandIn } from '../../support/vendors/stand-in.ts'
import { type Proxy, serviceToken, startProxy } from './proxy.ts'

const limit = 100_000
let vendors: StandIn[]
let proxy: Proxy

beforeAll(async () => {
  vendors = await Promise.all([
    startOpenAI({ script: says('Hello') }),
    startAnthropic({ script: says('Hello') }),
  ])
  proxy = await startProxy({
    OPENAI_BASE_URL: vendors[0]!.url,
    OPENAI_API_KEY: 'k',
    ANTHROPIC_BASE_URL: vendors[1]!.url,
    ANTHROPIC_API_KEY: 'k',
    CODELAB_FALLBACK_MODELS: 'none',
    MAX_BODY_BYTES: String(limit),
  })
})
afterAll(async () => {
  await proxy.stop()
  for (const vendor of vendors) await vendor.close()
})

const chat = '/v1/chat/completions'
const messages = '"messages":[{"role":"user","content":"Hi"}]'

/** Posts bytes as they are, in pieces without a length; resolves with the answer, however much of the body was wanted. */
const postChunked = (path: string, pieces: readonly string[]) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${serviceToken}`,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    }
    const asking = request(proxy.url + path, { method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.once('end', () => resolve({ status: response.statusCode!, text }))
    })
    asking.once('error', reject)
    for (const piece of pieces) asking.write(piece)
    asking.end()
  })

test.each([chat, '/api/v1/completion', '/v1/embeddings'])(
  'a body for %s that is too large is told so though its length was not',
  async (path) => {
    const pieces = Array.from({ length: 40 }, () => 'x'.repeat(limit / 10))
    const { status, text } = await postChunked(path, pieces)
    expect(status).toBe(413)
    expect(text).toContain('payload_too_large')
  },
)

test('a body in pieces without a length is read whole', async () => {
  const { status, text } = await postChunked(chat, ['{"model":"gpt-4o",', messages, '}'])
  expect(status).toBe(200)
  expect(text).toContain('Hello')
})

test.each([
  ['white space', `\n{ "model" :\t"openai/gpt-4o" , ${messages} }\r\n`, 'gpt-4o'],
  ['a byte order mark', `\uFEFF{"model":"openai/gpt-4o",${messages}}`, 'gpt-4o'],
  ['a name written with escapes', `{"\\u006dodel":"openai/gpt-4o",${messages}}`, 'gpt-4o'],
  [
    'a name given twice: the last counts',
    `{"model":"none","model":"openai/gpt-4o",${messages}}`,
    'gpt-4o',
  ],
  [
    'a field of the same name further down',
    `{"metadata":{"model":"none"},"model":"openai/gpt-4o",${messages}}`,
    'gpt-4o',
  ],
])(
  'a request with %s is understood and sent under the name of the vendor',
  async (_, body, model) => {
    for (const stream of [false, true]) {
      const asked = stream ? body.replace('{', '{"stream":true,') : body
      const response = await proxy.post(chat, asked)
      expect({ status: response.status, text: await response.text() }).toEqual({
        status: 200,
        text: expect.stringContaining('Hello') as string,
      })
      const sent = vendors[0]!.completions().at(-1)!.body as Record<string, unknown>
      expect(sent).toMatchObject({ model, messages: [{ role: 'user', content: 'Hi' }] })
      if (stream)
        expect(sent).toMatchObject({ stream: true, stream_options: { include_usage: true } })
    }
  },
)

test('what a caller wishes of the stream is kept beside what we need of it', async () => {
  const asked = `{"stream_options":{"include_obfuscation":false},"stream":true,"model":"openai/gpt-4o",${messages}}`
  const response = await proxy.post(chat, asked)
  expect(await response.text()).not.toContain('prompt_tokens')
  expect(vendors[0]!.completions().at(-1)!.body).toMatchObject({
    stream_options: { include_obfuscation: false, include_usage: true },
  })
})

test.each([
  ['no JSON', `{"model":"gpt-4o",${messages}`, 400, 'JSON'],
  ['an array', `[{"model":"gpt-4o",${messages}}]`, 400, 'object'],
  ['null', 'null', 400, 'object'],
  ['a text', '"model"', 400, 'object'],
  [
    '101 levels',
    `{"model":"gpt-4o",${messages},"a":${'['.repeat(100)}${']'.repeat(100)}}`,
    400,
    '100 levels',
  ],
])('%s is refused', async (_, body, status, words) => {
  const response = await proxy.post(chat, body)
  const { error } = (await response.json()) as { error: { message: string; code: string } }
  expect({ status: response.status, code: error.code }).toEqual({ status, code: 'invalid_request' })
  expect(error.message).toContain(words)
})

test('100 levels are allowed', async () => {
  const body = `{"model":"gpt-4o",${messages},"a":${'['.repeat(99)}${']'.repeat(99)}}`
  expect((await proxy.post(chat, body)).status).toBe(200)
})

test('text that is no UTF-8 is refused', async () => {
  const bytes = Buffer.from(`{"model":"gpt-4o",${messages.replace('Hi', 'Xi')}}`)
  bytes[bytes.indexOf('X')] = 0xff
  const response = await fetch(proxy.url + chat, {
    method: 'POST',
    headers: { authorization: `Bearer ${serviceToken}`, 'content-type': 'application/json' },
    body: bytes,
  })
  expect(response.status).toBe(400)
})

test.each([`${chat}/`, `${chat}?beta=true`, '/V1/Chat/Completions'])(
  '%s is the same route',
  async (path) => {
    const response = await proxy.post(path, `{"model":"claude-3-opus",${messages}}`)
    expect(response.status).toBe(200)
  },
)

test.each(['GET', 'PUT', 'DELETE'])(
  '%s is no method of it, and 404 in the form of OpenAI',
  async (method) => {
    const headers = { authorization: `Bearer ${serviceToken}` }
    const response = await fetch(proxy.url + chat, { method, headers })
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } })
  },
)

test('an answer has the id of its request, one that is refused too', async () => {
  const id = 'req-7'
  for (const body of [`{"model":"gpt-4o",${messages}}`, '{']) {
    const response = await proxy.post(chat, body, { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toBe(id)
    await response.text()
  }
})

test('a reader of HTTP/1.0, who knows no chunks, gets the events as they are', async () => {
  const { hostname, port } = new URL(proxy.url)
  const body = `{"stream":true,"model":"gpt-4o",${messages}}`
  const socket = connect(Number(port), hostname)
  socket.write(
    [
      `POST ${chat} HTTP/1.0`,
      `authorization: Bearer ${serviceToken}`,
      'content-type: application/json',
      `content-length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )
  const text = (await buffer(socket)).toString()
  const events = text.slice(text.indexOf('\r\n\r\n') + 4)
  expect(events).toMatch(/^data: .*Hello.*data: \[DONE\]\n\n$/s)
})
