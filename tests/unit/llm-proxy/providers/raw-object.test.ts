import { rawObject, withValues } from '@codelab/llm-proxy/providers/openai/raw-object'

const changed = (text: string, values: Record<string, unknown>): string | undefined =>
  withValues(rawObject(Buffer.from(text)), values)?.toString()

const model = { model: 'theirs' }

test.each([
  ['{"model":"ours"}', '{"model":"theirs"}'],
  ['{ "model" :\t"ours"\n, "n": 1 }', '{ "model" :\t"theirs"\n, "n": 1 }'],
  ['{"seed":9007199254740993,"model":"ours"}', '{"seed":9007199254740993,"model":"theirs"}'],
  [
    '{"temperature":1.0,"model":"ours","a":-0e-7}',
    '{"temperature":1.0,"model":"theirs","a":-0e-7}',
  ],
  ['{"user":"Grüße 🚀 \\u00e4","model":"ours"}', '{"user":"Grüße 🚀 \\u00e4","model":"theirs"}'],
  [
    '{"messages":[{"model":"kept","content":"\\"model\\":\\"kept\\""}],"model":"ours"}',
    '{"messages":[{"model":"kept","content":"\\"model\\":\\"kept\\""}],"model":"theirs"}',
  ],
  ['{"a":{"model":"kept"},"model":"ours"}', '{"a":{"model":"kept"},"model":"theirs"}'],
  ['{"a":"ends with \\\\","model":"ours"}', '{"a":"ends with \\\\","model":"theirs"}'],
  ['{"a":[],"b":{},"c":null,"model":"ours"}', '{"a":[],"b":{},"c":null,"model":"theirs"}'],
  ['{"a":"model","model":"ours"}', '{"a":"model","model":"theirs"}'],
  ['{"":1,"model":"ours"}', '{"":1,"model":"theirs"}'],
  ['{"a":"x"}', '{"model":"theirs","a":"x"}'],
  ['\uFEFF {"model":"ours"}', ' {"model":"theirs"}'],
])('%j with another model is %j', (given, expected) => expect(changed(given, model)).toBe(expected))

test.each([
  ['a name given twice', '{"model":"ours","model":"other"}'],
  ['another name given twice', '{"n":1,"model":"ours","n":2}'],
  ['a name with escapes', '{"\\u006dodel":"ours"}'],
  ['a name with escapes beside the plain one', '{"model":"ours","\\u006dodel":"other"}'],
  ['no object', '["model","ours"]'],
  ['a text', '"model"'],
  ['nothing in it', '{}'],
])('%s is not changed in its bytes', (_, text) => expect(changed(text, model)).toBeUndefined())

test('what is right already stays the same bytes, wherever long strings end', () => {
  const quotes = '\\"'.repeat(50)
  for (let length = 0; length < 60; length++) {
    const text = `{"a":"${'x'.repeat(length)}\\\\","b":"${'y'.repeat(length)}${quotes}","model":"theirs"}`
    const raw = rawObject(Buffer.from(text))
    expect(withValues(raw, model)).toBe(raw.bytes)
    expect([...raw.fields!.keys()]).toEqual(['a', 'b', 'model'])
  }
})

test('several values change at once, whatever their order', () => {
  const text = '{"stream":true,"messages":[1],"model":"ours","stream_options":{ }}'
  const values = { model: 'theirs', stream: false, stream_options: { include_usage: true } }
  expect(changed(text, values)).toBe(
    '{"stream":false,"messages":[1],"model":"theirs","stream_options":{"include_usage":true}}',
  )
})

test('every JSON text that is an object reads the same after a change', () => {
  const values = [0, -1.5e3, 'a"b\\', '{"x":[', null, true, [[]], { a: { b: [1, '}'] } }, 'ü\n']
  for (const one of values) {
    for (const other of values) {
      for (const space of [undefined, 2, '\t']) {
        const object = { one, model: 'ours', other, list: [one, { model: other }] }
        const text = changed(JSON.stringify(object, null, space), model)
        expect(JSON.parse(text!)).toEqual({ ...object, model: 'theirs' })
      }
    }
  }
})

test.each([
  ['1', 0],
  ['"[[["', 0],
  ['{}', 1],
  ['{"a":[{"b":"[[[["}]}', 3],
])('%s is %d levels deep', (text, depth) => expect(rawObject(Buffer.from(text)).depth).toBe(depth))
