import { streamBegin } from '../../../../services/agent/src/log/stream-begin.ts'

const log = { lastSeq: 100, sweptSeq: 40, turnSeq: undefined }

test.each([
  ['no cursor, nothing runs', log, undefined, { stream_after: 100, resumed: true }],
  [
    'no cursor, a turn runs',
    { ...log, turnSeq: 90 },
    undefined,
    { stream_after: 89, resumed: true },
  ],
  ['a cursor that is kept', log, 40, { stream_after: 40, resumed: true }],
  ['the end', log, 100, { stream_after: 100, resumed: true }],
  ['older than what is kept', log, 39, { stream_after: 100, resumed: false }],
  ['ahead of the log', { ...log, turnSeq: 90 }, 101, { stream_after: 89, resumed: false }],
  ['everything, nothing swept', { ...log, sweptSeq: 0 }, 0, { stream_after: 0, resumed: true }],
])('%s', (_name, bounds, after, begin) => {
  expect(streamBegin(bounds, after)).toEqual(begin)
})
