import { callsIn, replyAfter, replyTo } from './conversation.ts'

test.each([
  ['count to 3 at 50 tokens/s', { tokensPerSecond: 50 }],
  ['At 5 tokens per second count to 3', { tokensPerSecond: 5 }],
  ['посчитай до 3 со скоростью 20 токенов/с', { tokensPerSecond: 20 }],
  ['think slowly and count to 3', { firstTokenAfterMs: 2000, tokensPerSecond: 4 }],
  ['Думай медленно, посчитай до 3', { firstTokenAfterMs: 2000, tokensPerSecond: 4 }],
  ['think slowly, count to 3 at 10 tokens/s', { firstTokenAfterMs: 2000, tokensPerSecond: 10 }],
  ['wait for 300 ms, then count to 3', { firstTokenAfterMs: 300 }],
])('“%s” sets the pace and still counts', (message, pace) => {
  const reply = replyTo(message)
  expect(reply.pace).toEqual(pace)
  expect(reply.text).toBe('1 2 3')
})

test.each([
  ['fail with 500', { kind: 'status', status: 500 }],
  ['Fail with a 503.', { kind: 'status', status: 503 }],
  ['fail with 429 (retry after 1)', { kind: 'status', status: 429, retryAfterSeconds: 1 }],
  ['fail with 400', { kind: 'status', status: 400 }],
  ['упади с ошибкой 500', { kind: 'status', status: 500 }],
  ['fail twice then answer', { kind: 'status', status: 500, times: 2 }],
  ['fail with 503 once', { kind: 'status', status: 503, times: 1 }],
  ['упади дважды, потом ответь', { kind: 'status', status: 500, times: 2 }],
  ['cut the stream after 5 tokens', { kind: 'cut', after: { tokens: 5 } }],
  ['cut the stream after 120 bytes', { kind: 'cut', after: { bytes: 120 } }],
  ['cut the stream after 5 tokens once', { kind: 'cut', after: { tokens: 5 }, times: 1 }],
  ['оборви поток после 5 токенов', { kind: 'cut', after: { tokens: 5 } }],
  ['stall after 3 tokens', { kind: 'stall', after: { tokens: 3 } }],
  ['hang before first token', { kind: 'hang', before: 'first_token' }],
  ['hang before the headers', { kind: 'hang', before: 'headers' }],
  ['never answer', { kind: 'hang', before: 'headers' }],
  ['drop the connection', { kind: 'drop' }],
  ['send garbage after 2 tokens', { kind: 'garbage', after: { tokens: 2 } }],
  ['send an error after 2 tokens', { kind: 'error', after: { tokens: 2 } }],
  ['leave out the end mark', { kind: 'no_end_mark' }],
  ['drip', { kind: 'drip', bytes: 7, everyMs: 5 }],
])('“%s” fails so', (message, fault) => {
  expect(replyTo(message).fault).toEqual(fault)
})

test.each([
  ['count to 10 and cut the stream after 5 tokens', '1 2 3 4 5 6 7 8 9 10'],
  ['count to 4, leave out the end mark', '1 2 3 4'],
  ['fail with 429 twice (retry after 1) then count to 3', '1 2 3'],
  ['fail twice, then echo: as it is', 'as it is'],
])('“%s” keeps the rest of the message', (message, text) => {
  const reply = replyTo(message)
  expect(reply.text).toBe(text)
  expect(reply.fault).toBeDefined()
})

test('a fault in the middle of nothing has a text to be in the middle of', () => {
  expect(replyTo('cut the stream after 5 tokens').text).toMatch(/^1 2 3 4 5 6 /)
})

test('a fault belongs to the step in which it is wished for', () => {
  const asked = 'read a.txt then fail with 500'
  expect(replyTo(asked).fault).toBeUndefined()
  expect(callsIn(replyTo(asked))).toEqual([['read_file', { path: 'a.txt' }]])
  expect(replyAfter(asked, ['text']).fault).toEqual({ kind: 'status', status: 500 })
})

test('“fail twice then …” fails before its first step', () => {
  const reply = replyTo('fail twice then read README.md')
  expect(reply.fault).toEqual({ kind: 'status', status: 500, times: 2 })
  expect(callsIn(reply)).toEqual([['read_file', { path: 'README.md' }]])
})

test('wishes inside of quotes are content', () => {
  const reply = replyTo('write a.txt with content "fail with 500 at 5 tokens/s"')
  expect(reply.fault).toBeUndefined()
  expect(reply.pace).toEqual({})
  expect(callsIn(reply)).toEqual([
    ['write_file', { path: 'a.txt', content: 'fail with 500 at 5 tokens/s' }],
  ])
})
