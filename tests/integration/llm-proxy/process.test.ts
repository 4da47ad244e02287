import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { fails, says } from '../../support/vendors/replies.ts'
import { askFor, asks, serviceToken, startProxy } from './proxy.ts'

const main = new URL('../../../services/llm-proxy/src/main.ts', import.meta.url).pathname

const run = (env: Record<string, string>): { child: ChildProcess; log: () => string } => {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()))
  return { child, log: () => text }
}
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve))
const local = {
  LLM_PROXY_HOST: '127.0.0.1',
  LLM_PROXY_PORT: '0',
  ADMIN_HOST: '127.0.0.1',
  ADMIN_PORT: '0',
  OLLAMA_BASE_URL: 'http://127.0.0.1:9',
}

type Line = Record<string, unknown> & { msg: string }
const lines = (text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)

test('a bad setting names itself, without its value, and ends the process with 78', async () => {
  const { child, log } = run({
    LLM_RETRY_ATTEMPTS: 'sk-secret',
    PROVIDERS: '[{"apiKey":"sk-secret"}]',
  })
  expect(await ended(child)).toBe(78)
  expect(log()).toContain('INTERNAL_SERVICE_TOKEN: is required')
  expect(log()).toContain('LLM_RETRY_ATTEMPTS')
  expect(log()).toContain('PROVIDERS: 0.name')
  expect(log()).not.toContain('sk-secret')
})

test('the log has one usage record per completion, and neither keys nor content', async () => {
  const vendor = await startOpenAI({
    script: says('An answer nobody logs', { usage: { input: 8, output: 5 } }),
  })
  const withUser = vendor.url.replace('//', '//proxy-user:proxy-password@')
  const { child, log } = run({
    ...local,
    INTERNAL_SERVICE_TOKEN: serviceToken,
    OPENAI_API_KEY: 'sk-never-in-a-log',
    OPENAI_BASE_URL: withUser,
    LOG_LEVEL: 'trace',
    CODELAB_FALLBACK_MODELS: 'none',
  })
  const start = await until('the service answers', () =>
    lines(log()).find(({ msg }) => msg === 'llm-proxy answers'),
  )
  const complete = () =>
    fetch(`${String(start['url'])}/api/v1/completion`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceToken}`,
        'content-type': 'application/json',
        'x-user-id': 'user-7',
      },
      body: JSON.stringify({ model: 'gpt-4o', messages: asks('A question nobody logs') }),
    })
  expect((await complete()).status).toBe(200)
  vendor.play(fails(401, { message: 'Incorrect API key provided: sk-never-in-a-log' }))
  const refused = await (await complete()).text()
  expect(refused).not.toContain('sk-never')
  vendor.play(
    fails(400, { message: 'Bad key sk-never-in-a-log at http://proxy-user:proxy-password@host/' }),
  )
  expect(await (await complete()).text()).not.toMatch(/sk-never|proxy-password/)

  const usage = () => lines(log()).filter(({ msg }) => msg === 'usage')
  await until('three usage records', () => usage().length === 3)
  const records = usage()
  expect(records[0]).toMatchObject({
    kind: 'completion',
    outcome: 'completed',
    user: 'user-7',
    model: 'gpt-4o',
    provider: 'openai',
    attempts: 1,
    input_tokens: 8,
    output_tokens: 5,
    duration_ms: expect.any(Number),
    request_id: expect.any(String),
  })
  expect(records.slice(1)).toMatchObject([{ outcome: 'failed' }, { outcome: 'invalid' }])
  child.kill('SIGTERM')
  expect(await ended(child)).toBe(0)
  expect(log()).not.toMatch(/sk-never|proxy-password|nobody logs|internal-token-of/)
  await vendor.close()
})

test('callers who hang up while an answer streams are no failure of the service', async () => {
  const vendor = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const piece = `data: ${JSON.stringify({ choices: [{ delta: { content: 'x' } }] })}\n\n`
    const pouring = setInterval(() => response.write(piece), 1)
    response.once('close', () => clearInterval(pouring))
  })
  vendor.listen(0, '127.0.0.1')
  await once(vendor, 'listening')
  const { child, log } = run({
    ...local,
    INTERNAL_SERVICE_TOKEN: serviceToken,
    OPENAI_API_KEY: 'k',
    OPENAI_BASE_URL: `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`,
    CODELAB_FALLBACK_MODELS: 'none',
  })
  const start = await until('the service answers', () =>
    lines(log()).find(({ msg }) => msg === 'llm-proxy answers'),
  )
  const callers = Array.from({ length: 50 }, () =>
    askFor(String(start['url']), '/api/v1/completion'),
  )
  await Promise.all(callers.map((caller) => once(caller, 'data')))
  for (const caller of callers) caller.end()
  await until('an end of each', () => {
    const ended = lines(log()).filter(({ msg }) => msg === 'usage')
    return ended.length === callers.length
  })
  child.kill('SIGTERM')
  expect(await ended(child)).toBe(0)
  expect(lines(log()).filter(({ level }) => level === 'error')).toEqual([])
  vendor.closeAllConnections()
  vendor.close()
})

test('a key in a file is read again when it changes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-llm-'))
  const apiKeyFile = join(folder, 'key')
  await writeFile(apiKeyFile, 'old-key')
  const vendor = await startOpenAI({ script: says('Hello'), apiKey: 'new-key' })
  const providers = [
    { name: 'acme', type: 'openai', baseURL: `${vendor.url}/v1`, models: ['gpt-4o'], apiKeyFile },
  ]
  const listFile = join(folder, 'providers.json')
  await writeFile(listFile, JSON.stringify(providers))
  const proxy = await startProxy({ PROVIDERS_FILE: listFile })
  const hello = { model: 'acme/gpt-4o', messages: asks('Hi') }
  expect((await proxy.complete(hello)).status).toBe(502)
  await writeFile(apiKeyFile, 'new-key')
  await until('the new key is in use', async () => (await proxy.complete(hello)).status === 200)
  await proxy.stop()
  await vendor.close()
  await rm(folder, { recursive: true })
})

test("a server of OpenAI's dialect that is set without models is asked for them", async () => {
  const vendor = await startOpenAI({ script: says('Hello'), models: ['own-model'], apiKey: 'key' })
  const providers = [{ name: 'own', type: 'openai', baseURL: vendor.url, apiKey: 'key' }]
  const proxy = await startProxy({ PROVIDERS: JSON.stringify(providers) })
  const { body } = await proxy.complete({ model: 'own/own-model', messages: asks('Hi') })
  expect(body).toMatchObject({ content: 'Hello', provider: 'own', model: 'own-model' })
  await proxy.stop()
  await vendor.close()
})
