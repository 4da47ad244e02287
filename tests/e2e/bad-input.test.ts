import { randomUUID } from 'node:crypto'
import * as contracts from '@codelab/contracts/client-gateway'
import type { FailureBody, FailureCode } from '@codelab/contracts/errors'
import { limits } from '@codelab/contracts/frames'
import { expectFailure } from '../support/expect-failure.ts'
import { addPerson } from '../support/people.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { openSocket, signIn } from '../support/socket.ts'

/** What REST refuses, and that nothing of it is stored. */
let platform: StartedPlatform
let rest: RestClient
let theirs: RestClient
let token: string
beforeAll(async () => {
  platform = await startPlatform()
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
  rest = restClient(gateway, bearer(token))
  theirs = restClient(gateway, bearer((await addPerson(platform, 'bob')).token))
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const good = { session_id: 's1', message: 'hi' }
const gzip = { 'content-encoding': 'gzip' }
const typed = (type: string) => ({ 'content-type': type })
type Sent = Parameters<RestClient>[2]

const badMessages: readonly (readonly [
  what: string,
  sent: Sent,
  code: FailureCode,
  field?: string,
])[] = [
  ['no body', {}, 'invalid_request'],
  ['an empty body', { raw: '' }, 'invalid_request'],
  ['half a body', { raw: '{"session_id":"s1"' }, 'invalid_request'],
  ['a list', { json: [good] }, 'invalid_request'],
  ['a text', { json: 'hi' }, 'invalid_request'],
  ['bytes that are no UTF-8', { raw: Uint8Array.of(0x22, 0xff, 0x22) }, 'invalid_request'],
  ['lists without end', { raw: '['.repeat(400_000) + ']'.repeat(400_000) }, 'invalid_request'],
  [
    'a form',
    { raw: 'message=hi', headers: typed('application/x-www-form-urlencoded') },
    'unsupported_media_type',
  ],
  ['plain text', { json: good, headers: typed('text/plain') }, 'unsupported_media_type'],
  [
    'another charset',
    { json: good, headers: typed('application/json; charset=latin1') },
    'unsupported_media_type',
  ],
  ['a compressed body', { json: good, headers: gzip }, 'unsupported_media_type'],
  ['more than 1 MiB', { json: { ...good, message: 'x'.repeat(1_048_576) } }, 'payload_too_large'],
  ['no session', { json: { message: 'hi' } }, 'invalid_request', 'session_id'],
  [
    'a session with a slash',
    { json: { ...good, session_id: 'a/b' } },
    'invalid_request',
    'session_id',
  ],
  [
    'a session of 129 characters',
    { json: { ...good, session_id: 'x'.repeat(129) } },
    'invalid_request',
    'session_id',
  ],
  [
    'a session that is a number',
    { json: { ...good, session_id: 7 } },
    'invalid_request',
    'session_id',
  ],
  ['no message', { json: { session_id: 's1' } }, 'invalid_request', 'message'],
  ['an empty message', { json: { ...good, message: '' } }, 'invalid_request', 'message'],
  [
    'a message of 100,001 characters',
    { json: { ...good, message: 'x'.repeat(limits.message_chars + 1) } },
    'invalid_request',
    'message',
  ],
  [
    'a message that is a list',
    { json: { ...good, message: ['hi'] } },
    'invalid_request',
    'message',
  ],
  ['an id with a space', { json: { ...good, id: 'a b' } }, 'invalid_request', 'id'],
  ['a model that is no text', { json: { ...good, model: {} } }, 'invalid_request', 'model'],
]

test.each(badMessages.map(([what, sent, code, field]) => ({ what, sent, code, field })))(
  'a message with $what is refused and stored nowhere',
  async ({ sent, code, field }) => {
    expectFailure(await rest('post', '/api/v1/message', sent), code, field)
    expect((await rest('get', '/api/v1/sessions/s1')).status).toBe(404)
  },
)

test.each([
  ['/api/v1/sessions?limit=0', 'limit'],
  ['/api/v1/sessions?limit=201', 'limit'],
  ['/api/v1/sessions?limit=ten', 'limit'],
  ['/api/v1/sessions?limit=1&limit=2', 'limit'],
  ['/api/v1/sessions?archived=perhaps', 'archived'],
  ['/api/v1/sessions?cursor=made-up', 'cursor'],
  ['/api/v1/sessions?cursor=WyIxIiwiMiJd', 'cursor'],
  [`/api/v1/sessions?cursor=${'x'.repeat(257)}`, 'cursor'],
  ['/api/v1/approvals?cursor=made-up', 'cursor'],
  ['/api/v1/approvals?cursor=WyIxIiwiMiJd', 'cursor'],
  ['/api/v1/usage?from=yesterday', 'from'],
  ['/api/v1/usage?to=2026-13-01', 'to'],
  ['/api/v1/usage?from=0000-01-01', 'from'],
  ['/api/v1/usage?cursor=made-up', 'cursor'],
])('%s names the parameter that is wrong', async (path, field) => {
  expectFailure(await rest('get', path), 'invalid_request', field)
})

test.each([
  ['get', '/api/v1/nothing', 'not_found'],
  ['get', '/nothing', 'not_found'],
  ['put', '/api/v1/sessions/s1', 'not_found'],
  ['get', '/api/v1/message', 'not_found'],
  ['get', '/api//v1/sessions', 'invalid_request'],
  ['get', '/api/v1/sessions/%2e%2e%2fsecret', 'invalid_request'],
  ['get', '/api/v1/sessions/a%2fb', 'invalid_request'],
  ['get', '/api/v1/sessions/%zz', 'invalid_request'],
  ['get', '/api/v1/sessions/%ff', 'invalid_request'],
] as const)('%s %s is a clear %s', async (method, path, code) => {
  expectFailure(await rest(method, path), code)
})

test('unknown fields are dropped, and the largest and oddest texts are kept', async () => {
  const session = randomUUID()
  const euros = '€'.repeat(limits.message_chars)
  const odd = 'a NUL \0, half a pair \ud800, and \u202e'
  for (const message of [euros, odd]) {
    const json = { session_id: session, message, role: 'system', user_id: 'root', admin: true }
    expect((await rest('post', '/api/v1/message', { json })).status).toBe(200)
  }
  const { body } = await rest('get', `/api/v1/sessions/${session}/messages`)
  const { items } = contracts.listMessages.reply!.parse(body)
  const said = items.filter(({ role }) => role !== 'assistant').map(({ content }) => content)
  expect(said[0] === euros).toBe(true)
  expect(JSON.stringify(body)).not.toContain('root')
  expect(items.some(({ role }) => role === 'system')).toBe(false)
})

test("another user's session is not there for any route", async () => {
  const session = randomUUID()
  const json = { session_id: session, message: 'echo: mine' }
  expect((await rest('post', '/api/v1/message', { json })).status).toBe(200)
  const tries = [
    await theirs('post', '/api/v1/message', { json }),
    await theirs('get', `/api/v1/sessions/${session}`),
    await theirs('get', `/api/v1/sessions/${session}/messages`),
    await theirs('patch', `/api/v1/sessions/${session}`, { json: { title: 'stolen' } }),
    await theirs('delete', `/api/v1/sessions/${session}`),
  ]
  for (const answer of tries) expectFailure(answer, 'not_found')
  const missing = await theirs('get', `/api/v1/sessions/${randomUUID()}`)
  expect((missing.body as FailureBody).error.code).toBe('not_found')
  for (const path of ['/api/v1/sessions', '/api/v1/approvals', '/api/v1/usage'])
    expect((await theirs('get', path)).body).toEqual({ items: [] })
  expect((await rest('get', `/api/v1/sessions/${session}`)).body).toMatchObject({
    title: 'echo: mine',
  })
})

test('a request whose head is too large ends with 431 and nobody else notices', async () => {
  const socket = await openSocket({ gateway: platform.ready.gateway, token, session: randomUUID() })
  const answer = await rest('get', '/api/v1/sessions', {
    headers: { 'x-long': 'x'.repeat(100_000) },
  })
  expect(answer.status).toBe(431)
  socket.send({ type: 'user_message', content: 'count to 3' })
  await socket.waitFor('turn', ({ state }) => state === 'finished')
  socket.close()
})
