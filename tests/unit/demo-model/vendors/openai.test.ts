import OpenAI from 'openai'
import { startOpenAI } from '../../../support/vendors/openai.ts'
import { calls, counts, fails, says } from '../../../support/vendors/replies.ts'
import { demoScript, type Script, type StandIn } from '../../../support/vendors/stand-in.ts'

let vendor: StandIn
beforeAll(async () => {
  vendor = await startOpenAI({ script: says('hello'), apiKey: 'sk-right' })
})
afterAll(() => vendor.close())

const clientWith = (apiKey: string) =>
  new OpenAI({ baseURL: `${vendor.url}/v1`, apiKey, maxRetries: 0, logLevel: 'off' })
const ask = (content = 'hi', options: { signal?: AbortSignal } = {}) =>
  clientWith('sk-right').chat.completions.create(
    { model: 'gpt-4o', messages: [{ role: 'user', content }] },
    options,
  )
const textAfter = async (script: Script, content?: string) => {
  vendor.play(script)
  return (await ask(content)).choices[0]?.message.content
}

test('the wrong key is refused as OpenAI does', async () => {
  const refused = clientWith('sk-wrong').models.list()
  await expect(refused).rejects.toBeInstanceOf(OpenAI.AuthenticationError)
  await expect(clientWith('sk-wrong').models.list()).rejects.toMatchObject({
    code: 'invalid_api_key',
  })
  expect((await fetch(`${vendor.url}/v1/models`)).status).toBe(401)
})

test('a list of replies is played one by one, and its last one stays', async () => {
  vendor.play([says('one'), says('two')])
  const texts = []
  for (let n = 0; n < 3; n += 1) texts.push((await ask()).choices[0]?.message.content)
  expect(texts).toEqual(['one', 'two', 'two'])
})

test('usage can be scripted, with cached tokens', async () => {
  vendor.play(says('x', { usage: { input: 100, output: 7, cached: 64 } }))
  expect((await ask()).usage).toMatchObject({
    prompt_tokens: 100,
    completion_tokens: 7,
    total_tokens: 107,
    prompt_tokens_details: { cached_tokens: 64 },
  })
})

test('requests are kept with headers and body, and what became of them', async () => {
  const before = vendor.completions().length
  await textAfter(counts(2), 'remember this')
  expect(vendor.completions().at(before)).toMatchObject({
    method: 'POST',
    headers: { authorization: 'Bearer sk-right' },
    body: { messages: [{ role: 'user', content: 'remember this' }] },
    status: 200,
    aborted: false,
  })
})

test('a request that is never answered is seen to be aborted by its client', async () => {
  vendor.play(says('', { fault: { kind: 'hang', before: 'headers' } }))
  const at = vendor.requests.length
  const gone = new AbortController()
  const asked = ask('hi', { signal: gone.signal }).catch((error: unknown) => error)
  await vendor.when((requests) => requests[at] !== undefined)
  expect(vendor.requests[at]).toMatchObject({ finished: false, status: undefined })
  gone.abort()
  await vendor.when((requests) => requests[at]?.finished === true)
  expect(vendor.requests[at]?.aborted).toBe(true)
  expect(await asked).toBeInstanceOf(OpenAI.APIUserAbortError)
})

test('a cut by the script is no abort by the client', async () => {
  vendor.play(says('one two', { fault: { kind: 'cut', after: { bytes: 10 } } }))
  const at = vendor.requests.length
  await expect(ask()).rejects.toThrow()
  await vendor.when((requests) => requests[at]?.finished === true)
  expect(vendor.requests[at]?.aborted).toBe(false)
})

test('connections can be refused for a while, and come back on the same port', async () => {
  await vendor.refuseConnections()
  await expect(ask()).rejects.toBeInstanceOf(OpenAI.APIConnectionError)
  await vendor.listenAgain()
  expect(await textAfter(says('back'))).toBe('back')
})

test('a failing script is told to the client instead of hidden', async () => {
  vendor.play(() => {
    throw new Error('no such scene')
  })
  await expect(ask()).rejects.toThrow('The script failed: no such scene')
})

test('errors carry their status and time to wait', async () => {
  vendor.play(fails(429, { retryAfterSeconds: 3 }))
  await expect(ask()).rejects.toMatchObject({ status: 429, headers: expect.any(Headers) })
})

test('several calls, and the demo script, can be played', async () => {
  vendor.play(calls({ read_file: { path: 'a' }, git_diff: {} }))
  expect((await ask()).choices[0]?.message.tool_calls).toHaveLength(2)
  expect(await textAfter(demoScript, 'count to 3')).toBe('1 2 3')
})
