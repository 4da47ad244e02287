import { framesOf, type EventRow } from '../../../../services/agent/src/log/event-row.ts'

const run: EventRow = { kind: 'token', seq: 5, last_seq: 7, message_id: 'm', body: ['a', 'b', 'c'] }

test.each([
  [0, ['a', 'b', 'c'], 5],
  [4, ['a', 'b', 'c'], 5],
  [5, ['b', 'c'], 6],
  [6, ['c'], 7],
  [7, [], undefined],
  [9, [], undefined],
])('after %i a run of pieces gives %j', (after, tokens, first) => {
  const frames = framesOf(run, after)
  expect(frames.map((frame) => 'token' in frame && frame.token)).toEqual(tokens)
  expect(frames[0]?.seq).toBe(first)
})

test('a frame comes whole, or not at all when it was seen', () => {
  const body = { type: 'turn', seq: 3, state: 'started', turn_id: 't' } as const
  const row: EventRow = { kind: 'frame', seq: 3, last_seq: 3, body }
  expect(framesOf(row, 2)).toEqual([body])
  expect(framesOf(row, 3)).toEqual([])
})
