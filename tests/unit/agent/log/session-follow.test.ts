import type { LogFrame } from '@codelab/contracts/frames'
import type { Bus, Listener } from '../../../../services/agent/src/log/bus.ts'
import type { EventRow } from '../../../../services/agent/src/log/event-row.ts'
import { followSession, type Sink } from '../../../../services/agent/src/log/session-stream.ts'
import { until } from '../../../support/until.ts'

const frame = (seq: number): EventRow => ({
  kind: 'frame',
  seq,
  last_seq: seq,
  body: { type: 'user_message', seq, id: `m${seq}`, content: '' },
})
const run = (seq: number, ...body: string[]): EventRow => ({
  kind: 'token',
  seq,
  last_seq: seq + body.length - 1,
  message_id: 'm',
  body,
})

/** A stream over a log in memory; rows are told of only when the test says so. */
function setUp({ after = 0, log = [] as EventRow[] } = {}) {
  let listener: Listener | undefined
  let reads = 0
  let gone = false
  let failing = false
  const seqs: number[] = []
  const leave = new AbortController()
  let room: Promise<void> = Promise.resolve()
  const sink: Sink = {
    signal: leave.signal,
    async frame(sent: LogFrame) {
      seqs.push(sent.seq)
      await room
    },
    status: async () => undefined,
    error: async () => undefined,
  }
  const bus = {
    subscribe(_id: string, given: Listener) {
      listener = given
      return () => (listener = undefined)
    },
  } as Partial<Bus> as Bus // the stream uses nothing else of it
  const done = followSession(
    {
      bus,
      async read(_id, cursor, limit) {
        reads += 1
        if (failing) throw new Error('away')
        return log.filter((row) => row.last_seq > cursor).slice(0, limit)
      },
      exists: async () => !gone,
    },
    {
      sessionId: 's',
      after,
      progress: { seq: after, turn: false, waitingApproval: new Set(), waitingTool: new Set() },
      sink,
    },
  )
  return {
    log,
    seqs,
    done,
    reads: () => reads,
    tell: (...rows: EventRow[]) => listener!.rows(rows),
    look: (lastSeq?: number) => listener!.look(lastSeq),
    leave: () => leave.abort(),
    remove: () => (gone = true),
    fail: (value: boolean) => (failing = value),
    block: (on: Promise<void>) => void (room = on),
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

test('what is in the log comes first, then what is heard, without reading again', async () => {
  const stream = setUp({ log: [frame(1), run(2, 'a', 'b')] })
  await until('the log', () => stream.seqs.length === 3)
  const reads = stream.reads()
  stream.tell(run(4, 'c', 'd'))
  stream.tell(frame(6))
  await until('the news', () => stream.seqs.length === 6)
  expect(stream.seqs).toEqual(upTo(6))
  expect(stream.reads()).toBe(reads)
  stream.leave()
  await stream.done
})

test('rows heard twice, or known already, are sent once', async () => {
  const stream = setUp({ log: [frame(1)] })
  await until('the log', () => stream.seqs.length === 1)
  stream.tell(frame(1), run(2, 'a', 'b'))
  stream.tell(run(2, 'a', 'b'))
  stream.tell(frame(4))
  await until('the news', () => stream.seqs.includes(4))
  expect(stream.seqs).toEqual(upTo(4))
  stream.leave()
  await stream.done
})

test('a gap is filled out of the log', async () => {
  const stream = setUp()
  await until('the first read', () => stream.reads() > 0)
  stream.log.push(frame(1), run(2, 'a', 'b'), frame(4))
  stream.tell(frame(4))
  await until('all frames', () => stream.seqs.length === 4)
  expect(stream.seqs).toEqual(upTo(4))
  stream.leave()
  await stream.done
})

test('a look at an end that was sent reads nothing; one further on does', async () => {
  const stream = setUp({ log: [frame(1)] })
  await until('the log', () => stream.seqs.length === 1)
  const reads = stream.reads()
  stream.look(1)
  stream.log.push(frame(2))
  stream.look(2)
  await until('the news', () => stream.seqs.length === 2)
  expect(stream.reads()).toBe(reads + 1)
  stream.leave()
  await stream.done
})

test('a slow reader is served out of the log instead of out of memory', async () => {
  const stream = setUp({ log: [frame(1)] })
  const room = Promise.withResolvers<void>()
  stream.block(room.promise)
  await until('a blocked frame', () => stream.seqs.length === 1)
  for (let seq = 2; seq <= 1000; seq += 1) {
    stream.log.push(frame(seq))
    stream.tell(frame(seq))
  }
  stream.block(Promise.resolve())
  room.resolve()
  await until('all frames', () => stream.seqs.length === 1000)
  expect(stream.seqs).toEqual(upTo(1000))
  stream.leave()
  await stream.done
})

test('while the log cannot be read the stream stays, and goes on later', async () => {
  const stream = setUp({ log: [frame(1)] })
  await until('the log', () => stream.seqs.length === 1)
  stream.fail(true)
  stream.log.push(frame(2))
  stream.look()
  const reads = stream.reads()
  await until('a failed read', () => stream.reads() > reads)
  stream.fail(false)
  await until('the news', () => stream.seqs.length === 2)
  stream.leave()
  await stream.done
})

test('the stream ends when the session is gone', async () => {
  const stream = setUp({ log: [frame(1)] })
  await until('the log', () => stream.seqs.length === 1)
  stream.remove()
  stream.look()
  await stream.done
  expect(stream.seqs).toEqual([1])
})
