import {
  type ForwardOptions,
  forwardEvents,
} from '@codelab/llm-proxy/providers/openai/forward-events'
import { mapToolNames } from '@codelab/llm-proxy/providers/tool-names'
import type { Usage } from '@codelab/contracts/agent-llm'
import { byteByByte, cutAt, openaiStream } from './recorded.ts'

const through = (chunks: readonly Buffer[], options: Partial<ForwardOptions> = {}) => {
  const usages: Usage[] = []
  const translator = forwardEvents({
    provider: 'p',
    names: mapToolNames([]),
    keepUsage: true,
    onUsage: (usage) => usages.push(usage),
    ...options,
  })
  const out = chunks.map((chunk) => translator.feed(chunk)?.toString('latin1') ?? '')
  return { text: Buffer.from(out.join(''), 'latin1').toString(), usages, translator }
}

const usageLine = /^data: .*"prompt_tokens".*\n\n/m

test('a stream of the same dialect passes byte for byte wherever it is cut', () => {
  for (let at = 0; at <= Buffer.byteLength(openaiStream); at++) {
    const { text, usages } = through(cutAt(openaiStream, at))
    expect(text).toBe(openaiStream)
    expect(usages).toEqual([{ input_tokens: 12, output_tokens: 7, cached_tokens: 4 }])
  }
})

test('it passes byte for byte when each byte comes alone, and with CR LF', () => {
  expect(through(byteByByte(openaiStream)).text).toBe(openaiStream)
  const windows = openaiStream.replaceAll('\n', '\r\n')
  expect(through(byteByByte(windows)).text).toBe(windows)
})

test('a caller who did not ask for the usage does not get its chunk, and it is counted all the same', () => {
  const { text, usages } = through(byteByByte(openaiStream), { keepUsage: false })
  expect(text).toBe(openaiStream.replace(usageLine, ''))
  expect(usages).toHaveLength(1)
})

test('tools get their own names back, and nothing else changes', () => {
  const names = mapToolNames(['git.diff', 'read_file'])
  const { text } = through(byteByByte(openaiStream), { names })
  expect(text).toBe(openaiStream.replace('git_diff', 'git.diff'))
})

test('nothing leaves before the first event that says something', () => {
  const firstWord = openaiStream.indexOf('data:', 5)
  const { text, translator } = through([Buffer.from(openaiStream.slice(0, firstWord))])
  expect(text).toBe('')
  expect(translator.hasStarted()).toBe(false)
})

test('an error inside the stream breaks it, before the first word and after it', () => {
  const error = Buffer.from('data: {"error":{"message":"oops","type":"server_error"}}\n\n')
  expect(() => through([error])).toThrow(expect.objectContaining({ kind: 'overloaded' }))
  const begun = Buffer.from(openaiStream.slice(0, openaiStream.indexOf('"finish_reason":"')))
  const whole = begun.subarray(0, begun.lastIndexOf('\n\n') + 2)
  expect(() => through([whole, error])).toThrow(expect.objectContaining({ kind: 'overloaded' }))
})

test('an end mark without line breaks behind it ends the stream; half an event never leaves', () => {
  const { text, translator } = through([Buffer.from(openaiStream.trimEnd())])
  expect(text + (translator.finish?.()?.toString() ?? '')).toBe(openaiStream)
  expect(translator.hasEnded()).toBe(true)
  const cut = through([
    Buffer.from(openaiStream.slice(0, openaiStream.indexOf('"finish_reason":"'))),
  ])
  expect([cut.translator.finish?.(), cut.translator.hasEnded()]).toEqual([undefined, false])
})

test('comments of the vendor do not end the stream', () => {
  const { text } = through([Buffer.from(': keep-alive\n\n'), Buffer.from(openaiStream)])
  expect(text).toBe(`: keep-alive\n\n${openaiStream}`)
})
