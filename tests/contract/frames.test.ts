import {
  clientFrames,
  type ClientFrameType,
  liveFrames,
  type LiveFrameType,
  logFrames,
  type LogFrameType,
  serverFrames,
} from '@codelab/contracts/frames'
import { parseFrame } from '@codelab/runtime/parse-frame'
import { checkExamples } from './check-examples.ts'
import { clientExamples } from './examples/client-frames.ts'
import { liveExamples, logExamples } from './examples/server-frames.ts'

const tables = [
  ['client frame', clientFrames, clientExamples],
  ['log frame', logFrames, logExamples],
  ['live frame', liveFrames, liveExamples],
] as const

describe.each(tables)('every %s', (_, frames, examples) => {
  test('has examples and counter-examples', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(frames).sort())
    for (const { good, bad } of Object.values(examples)) {
      expect(good.length).toBeGreaterThan(0)
      expect(bad.length).toBeGreaterThan(0)
    }
  })
})

describe.each(Object.keys(clientFrames) as ClientFrameType[])('client %s', (type) => {
  checkExamples(clientFrames[type], clientExamples[type])

  test.each(clientExamples[type].good.map((value) => [JSON.stringify(value)]))(
    'is read off the socket: %.100s',
    (text) => {
      expect(parseFrame(clientFrames, text)).toMatchObject({ ok: true, frame: { type } })
    },
  )

  test('fields that it does not have are dropped, not passed on', () => {
    const read = clientFrames[type].parse({
      ...(clientExamples[type].good[0] as object),
      seq_: 1,
      user_id: 'root',
    })
    expect(read).not.toHaveProperty('seq_')
    expect(read).not.toHaveProperty('user_id')
  })
})

describe.each(Object.keys(logFrames) as LogFrameType[])('log %s', (type) => {
  checkExamples(logFrames[type], logExamples[type])

  test.each([undefined, 0, -1, 1.5, '1', null])('does not pass with the seq %j', (seq) => {
    const frame = { ...(logExamples[type].good[0] as object), seq }
    expect(logFrames[type].safeParse(frame).error?.issues[0]?.path).toEqual(['seq'])
  })
})

describe.each(Object.keys(liveFrames) as LiveFrameType[])('live %s', (type) => {
  checkExamples(liveFrames[type], liveExamples[type])

  test('has no seq', () => {
    const frame = { ...(liveExamples[type].good[0] as object), seq: 1 }
    expect(liveFrames[type].parse(frame)).not.toHaveProperty('seq')
  })
})

test('no two kinds of server frames share a type, and every schema is for the type that it is listed under', () => {
  expect(Object.keys(serverFrames)).toHaveLength(
    Object.keys(logFrames).length + Object.keys(liveFrames).length,
  )
  for (const [type, frame] of [...Object.entries(clientFrames), ...Object.entries(serverFrames)]) {
    expect(frame.shape.type.value).toBe(type)
  }
})

test.each([
  ['no JSON', '{"type": "cancel"'],
  ['no object', '[]'],
  ['null', 'null'],
  ['text', '"cancel"'],
  ['no type', '{}'],
  ['an unknown type', '{"type": "shutdown"}'],
  ['a type of every object', '{"type": "constructor"}'],
  ['another such', '{"type": "__proto__"}'],
  ['a server frame', JSON.stringify(logExamples.turn.good[0])],
])('a client frame that is %s is refused', (_, text) => {
  expect(parseFrame(clientFrames, text)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/\w/),
  })
})
