import { Readable } from 'node:stream'
import { readCompletion } from '../../../../services/agent/src/step/completion.ts'

const done = { type: 'done', finish_reason: 'stop', model: 'm', provider: 'p', attempts: 1 }
const read = async (...parts: unknown[]) => {
  const pieces: string[] = []
  let ids = 0
  const text = parts.map((part) => `: keep-alive\n\ndata: ${JSON.stringify(part)}\n\n`).join('')
  const completion = await readCompletion(Readable.from([Buffer.from(text)]), {
    onPiece: (piece) => pieces.push(piece),
    newId: () => `id-${(ids += 1)}`,
  })
  return { completion, pieces }
}
const content = (text: string) => ({ type: 'content', content: text })

test('pieces are handed on as they come and add up to the answer', async () => {
  const usage = { type: 'usage', input_tokens: 1, output_tokens: 2, cached_tokens: 1 }
  const { completion, pieces } = await read(content('a'), content(''), content('b'), usage, done)
  expect(pieces).toEqual(['a', 'b'])
  expect(completion).toMatchObject({
    kind: 'answer',
    content: 'ab',
    usage: { input_tokens: 1, output_tokens: 2, cached_tokens: 1 },
    finish: 'stop',
    model: 'm',
  })
})

test('a tool call gets an id of ours, and its strings are storable', async () => {
  const call = { type: 'tool_call', id: 'v', name: 'read_file', arguments: { path: 'a\0' } }
  const broken = { type: 'tool_call', id: 'w', name: 'x', arguments: {}, invalid_arguments: '{"a' }
  const { completion } = await read(call, broken, done)
  expect(completion).toMatchObject({
    calls: [
      { callId: 'id-1', vendorId: 'v', name: 'read_file', arguments: { path: 'a\uFFFD' } },
      { callId: 'id-2', vendorId: 'w', invalidArguments: '{"a' },
    ],
  })
})

test('an error part ends the answer with its reason', async () => {
  const error = { type: 'error', code: 'upstream_failed', message: 'broke', retryable: false }
  expect((await read(content('a'), error, content('b'))).completion).toEqual({
    kind: 'broken',
    code: 'upstream_failed',
    message: 'broke',
    retryable: false,
  })
})

test('an end without an end mark is a broken answer that may be tried again', async () => {
  expect((await read(content('a'))).completion).toMatchObject({ kind: 'broken', retryable: true })
  expect((await read()).completion).toMatchObject({ kind: 'broken', retryable: true })
})

test('what is no part is an error', async () => {
  await expect(read({ type: 'surprise' })).rejects.toThrow()
})
