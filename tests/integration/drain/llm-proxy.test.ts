import { Readable } from 'node:stream'
import { StreamPart } from '@codelab/contracts/agent-llm'
import { readEventStream } from '@codelab/runtime/sse'
import { startOpenAI } from '../../support/vendors/openai.ts'
import { says } from '../../support/vendors/replies.ts'
import { until } from '../../support/until.ts'
import { keepAsking } from './keep-asking.ts'
import { startPair } from './service.ts'
import { inGoodOrder, watchLeaving } from './watch-leaving.ts'

const token = 'internal-token-of-the-tests'
const words = Array.from({ length: 30 }, (_, at) => at).join(' ')

test('llm-proxy under load leaves in order: answers under way come to their end, and one that does not is broken off in form', async () => {
  const vendor = await startOpenAI({
    script: ({ messages }) => {
      const asked = JSON.stringify(messages.at(-1))
      if (asked.includes('for ever'))
        return says(words, { fault: { kind: 'stall', after: { tokens: 3 } } })
      return asked.includes('slowly')
        ? says(words, { pace: { tokensPerSecond: 15 } })
        : says('quick')
    },
  })
  const pair = await startPair('llm-proxy', {
    INTERNAL_SERVICE_TOKEN: token,
    OPENAI_API_KEY: 'sk-test',
    OPENAI_BASE_URL: `${vendor.url}/v1`,
    OLLAMA_BASE_URL: 'http://127.0.0.1:9',
    CODELAB_FALLBACK_MODELS: 'none',
  })
  const request = (content: string) => ({
    method: 'POST' as const,
    path: '/api/v1/completion',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'gpt-4o',
      messages: [{ role: 'user', content }],
      stream: true,
    }),
  })
  let begun = 0
  const read = async (content: string) => {
    const { path, ...init } = request(content)
    const response = await fetch(pair.leaver.url + path, init)
    begun += 1
    const parts: StreamPart[] = []
    for await (const { data } of readEventStream(Readable.fromWeb(response.body!)))
      parts.push(StreamPart.parse(JSON.parse(data)))
    return parts
  }
  const slow = Array.from({ length: 10 }, (_, at) => read(`slowly ${at}`))
  const endless = read('for ever')
  const callers = keepAsking(pair.url, request('quickly'))
  await until('all to have begun', () => begun === 11 && callers.answered() > 50)

  const leaving = watchLeaving(pair.leaver)
  for (const parts of await Promise.all(slow)) {
    expect(parts.at(-1)).toMatchObject({ type: 'done', finish_reason: 'stop' })
    const text = parts.map((part) => (part.type === 'content' ? part.content : '')).join('')
    expect(text).toBe(words)
  }
  expect((await endless).at(-1)).toMatchObject({ type: 'error', retryable: true })
  expect(await leaving).toEqual(inGoodOrder)
  expect(await callers.stop()).toEqual([])
  expect(callers.bodies.filter((text) => !text.includes('"type":"done"'))).toEqual([])
  await pair.remove()
  await vendor.close()
}, 60_000)
