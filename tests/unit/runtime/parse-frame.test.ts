import { clientFrames } from '@codelab/contracts/frames'
import { parseFrame } from '@codelab/runtime/parse-frame'

const refusals: [string, string, Partial<{ field: string; inReplyTo: string }>][] = [
  ['text that is no JSON', '{"type":', {}],
  ['a list', '[]', {}],
  ['null', 'null', {}],
  ['a frame without type', '{"id":"a"}', { field: 'type', inReplyTo: 'a' }],
  ['an unknown type', '{"type":"nope","call_id":"c"}', { field: 'type', inReplyTo: 'c' }],
  ['a type that objects inherit', '{"type":"constructor"}', { field: 'type' }],
  ['a missing field', '{"type":"user_message","id":"m"}', { field: 'content', inReplyTo: 'm' }],
  ['a wrong field', '{"type":"ack","seq":"1"}', { field: 'seq' }],
  [
    'an edit without arguments',
    '{"type":"hitl_decision","call_id":"c","decision":"edit"}',
    { field: 'modified_arguments', inReplyTo: 'c' },
  ],
  [
    'a result and an error at once',
    '{"type":"tool_result","call_id":"c","result":1,"error":"x"}',
    { field: 'result', inReplyTo: 'c' },
  ],
]

test.each(refusals)('refuses %s and names the field', (_, data, expected) => {
  expect(parseFrame(clientFrames, data)).toMatchObject({
    ok: false,
    message: expect.any(String),
    ...expected,
  })
})

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

test('refuses what is nested so deep that its readers would overflow, and no less', () => {
  const result = (depth: number) =>
    parseFrame(clientFrames, `{"type":"tool_result","call_id":"c","result":${nested(depth)}}`)
  expect(result(99)).toMatchObject({ ok: true })
  for (const depth of [100, 1_000_000])
    expect(result(depth)).toMatchObject({
      ok: false,
      message: expect.stringContaining('100 levels'),
      inReplyTo: 'c',
    })
})

test('drops unknown fields of a frame', () => {
  expect(parseFrame(clientFrames, '{"type":"cancel","extra":1}')).toEqual({
    ok: true,
    frame: { type: 'cancel' },
  })
})
