import { readAnthropicEvents } from '@codelab/llm-proxy/providers/anthropic/read-events'
import { readOllamaLines } from '@codelab/llm-proxy/providers/ollama/read-lines'
import { readOpenAIEvents } from '@codelab/llm-proxy/providers/openai/read-events'
import type { ProviderPart } from '@codelab/llm-proxy/providers/provider'
import type { Translator } from '@codelab/llm-proxy/providers/flow'
import { mapToolNames } from '@codelab/llm-proxy/providers/tool-names'
import { translateEvents } from '@codelab/llm-proxy/providers/translate-events'
import { translateLines } from '@codelab/llm-proxy/providers/translate-lines'
import {
  anthropicStream,
  byteByByte,
  cutAt,
  feed,
  joined,
  meaning,
  ollamaStream,
  openaiStream,
} from './recorded.ts'

const names = mapToolNames(['git.diff', 'read_file'])
const common = { provider: 'p', names, newId: () => 'made' }

const vendors: {
  vendor: string
  stream: string
  cached: number | undefined
  translator: () => Translator<ProviderPart[]>
}[] = [
  {
    vendor: 'OpenAI',
    stream: openaiStream,
    cached: 4,
    translator: () => translateEvents('p', readOpenAIEvents(common)),
  },
  {
    vendor: 'Anthropic',
    stream: anthropicStream,
    cached: 4,
    translator: () => translateEvents('p', readAnthropicEvents(common)),
  },
  {
    vendor: 'Ollama',
    stream: ollamaStream,
    cached: undefined,
    translator: () => translateLines('p', readOllamaLines(common)),
  },
]

describe.each(vendors)('a stream of $vendor', ({ stream, cached, translator }) => {
  const length = Buffer.byteLength(stream)

  test('means the same wherever it is cut in two', () => {
    for (let at = 0; at <= length; at++) {
      expect(joined(feed(translator(), cutAt(stream, at)))).toEqual(meaning(cached))
    }
  })

  test('means the same when each byte comes alone', () => {
    expect(joined(feed(translator(), byteByByte(stream)))).toEqual(meaning(cached))
  })

  test('means the same with line ends of CR LF', () => {
    const windows = stream.replaceAll('\n', '\r\n')
    expect(joined(feed(translator(), [Buffer.from(windows)]))).toEqual(meaning(cached))
  })

  test('has ended only with its end mark, and lets no tool call out before it', () => {
    const bytes = Buffer.from(stream)
    const marks = ['[DONE]', 'message_stop', '"done":true']
    const mark = Math.max(...marks.map((text) => bytes.lastIndexOf(text)))
    for (let at = 0; at < mark; at += 7) {
      const reading = translator()
      const parts = reading.feed(bytes.subarray(0, at)) ?? []
      expect(reading.hasEnded()).toBe(false)
      expect(parts.every(({ type }) => type === 'content')).toBe(true)
    }
  })

  test('is whole without the line breaks behind its end mark, and broken without the mark', () => {
    const whole = translator()
    expect(joined(feed(whole, [Buffer.from(stream.trimEnd())]))).toEqual(meaning(cached))
    expect(whole.hasEnded()).toBe(true)
    const cut = translator()
    feed(cut, [Buffer.from(stream.trimEnd().slice(0, -3))])
    expect(cut.hasEnded()).toBe(false)
  })

  test('says nothing after its end mark', () => {
    const reading = translator()
    feed(reading, [Buffer.from(stream)])
    expect(feed(reading, [Buffer.from(stream)])).toEqual([])
  })
})

const openai = (...events: unknown[]): ProviderPart[] =>
  feed(translateEvents('p', readOpenAIEvents(common)), [
    Buffer.from(
      events
        .map((data) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`)
        .join(''),
    ),
  ])

const calling = (call: object) => ({ choices: [{ delta: { tool_calls: [call] } }] })

test('arguments that are no JSON object come as {} beside the bounded raw text', () => {
  const broken = `{"path": "a${'x'.repeat(100_000)}`
  const [part] = openai(
    calling({ index: 0, id: 'c', function: { name: 'read_file', arguments: broken } }),
    '[DONE]',
  )
  expect(part).toEqual({
    type: 'tool_call',
    id: 'c',
    name: 'read_file',
    arguments: {},
    invalid_arguments: broken.slice(0, 16_384),
  })
})

test('calls without an index are told apart by their ids', () => {
  const parts = openai(
    calling({ id: 'one', function: { name: 'a', arguments: '{"n":' } }),
    calling({ function: { arguments: '1}' } }),
    calling({ id: 'two', function: { name: 'b', arguments: '{"n":2}' } }),
    '[DONE]',
  )
  expect(parts.slice(0, 2)).toEqual([
    { type: 'tool_call', id: 'one', name: 'a', arguments: { n: 1 } },
    { type: 'tool_call', id: 'two', name: 'b', arguments: { n: 2 } },
  ])
})

test('an endless tool call breaks the stream', () => {
  const reading = translateEvents('p', readOpenAIEvents(common))
  const piece = Buffer.from(
    `data: ${JSON.stringify(calling({ index: 0, function: { arguments: 'x'.repeat(1024 * 1024) } }))}\n\n`,
  )
  expect(() => {
    for (let sent = 0; sent < 9; sent++) reading.feed(piece)
  }).toThrow('endless tool call')
})

test('an event that never ends breaks the stream', () => {
  const reading = translateEvents('p', readOpenAIEvents(common))
  const piece = Buffer.from(`data: ${'x'.repeat(1024 * 1024)}`)
  expect(() => {
    for (let sent = 0; sent < 18; sent++) reading.feed(piece)
  }).toThrow('endless event')
})

test.each([
  [{ type: 'invalid_request_error', message: 'no' }, 'invalid'],
  [{ type: 'rate_limit_error', message: 'slow' }, 'rate_limited'],
  [{ code: 'insufficient_quota', message: 'pay' }, 'refused'],
  [{ type: 'server_error', message: 'oops' }, 'overloaded'],
  ['plain text', 'overloaded'],
])('an error %j inside a stream of OpenAI is %s', (error, kind) => {
  expect(() => openai({ error })).toThrow(expect.objectContaining({ kind }))
})

test.each([
  ['overloaded_error', 'overloaded'],
  ['rate_limit_error', 'rate_limited'],
  ['invalid_request_error', 'invalid'],
  ['authentication_error', 'refused'],
  ['an_error_of_tomorrow', 'overloaded'],
])('an error event %s of Anthropic is %s', (type, kind) => {
  const reading = translateEvents('p', readAnthropicEvents(common))
  const event = `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type, message: 'x' } })}\n\n`
  expect(() => reading.feed(Buffer.from(event))).toThrow(expect.objectContaining({ kind }))
})

test('pings and the opening of a message do not count as an answer', () => {
  const reading = translateEvents('p', readAnthropicEvents(common))
  reading.feed(Buffer.from('event: ping\ndata: {"type":"ping"}\n\n'))
  reading.feed(Buffer.from('data: {"type":"message_start","message":{"usage":{}}}\n\n'))
  expect(reading.hasStarted()).toBe(false)
})

test('an error line of Ollama breaks the stream', () => {
  const reading = translateLines('p', readOllamaLines(common))
  expect(() => reading.feed(Buffer.from('{"error":"out of memory"}\n'))).toThrow(
    expect.objectContaining({ kind: 'overloaded' }),
  )
})
