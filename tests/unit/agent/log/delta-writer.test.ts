import {
  createDeltaWriter,
  type DeltaStore,
} from '../../../../services/agent/src/log/delta-writer.ts'
import type { DeltaBatch } from '../../../../services/agent/src/store/append-deltas.ts'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'

const log = createLog({ service: 'test', level: 'silent' })

/** A log in memory: takes pieces under the fence, and can fail before or after it has. */
function memoryStore() {
  const written = new Map<string, string[]>()
  const batches: DeltaBatch[][] = []
  let fence = 1
  let failures: ('before' | 'after')[] = []
  const store: DeltaStore = {
    async append(given) {
      const failure = failures.shift()
      if (failure === 'before') throw new Error('no connection')
      batches.push(given.map((batch) => ({ ...batch })))
      const firsts = new Map<string, number>()
      for (const batch of given) {
        if (batch.fence !== fence) continue
        const all = written.get(batch.messageId) ?? []
        firsts.set(batch.sessionId, all.length + 1)
        written.set(batch.messageId, [...all, ...batch.pieces])
      }
      await Promise.resolve()
      if (failure === 'after') throw new Error('connection lost')
      return firsts
    },
    async stored(given) {
      return new Map(given.map(({ messageId }) => [messageId, written.get(messageId)?.length ?? 0]))
    },
  }
  return {
    store,
    written,
    batches,
    raise: () => (fence += 1),
    fail: (...next: ('before' | 'after')[]) => (failures = next),
  }
}

function setUp() {
  const memory = memoryStore()
  const published: { sessionId: string; text: string; seq: number }[] = []
  const writer = createDeltaWriter({
    store: memory.store,
    publish: (sessionId, rows) => {
      for (const row of rows) {
        if (row.kind === 'token')
          published.push({ sessionId, text: row.body.join(''), seq: row.seq })
      }
    },
    log,
    metrics: createMetrics('test', { processMetrics: false }),
    retryMs: 1,
  })
  const refused: string[] = []
  const open = (sessionId: string) =>
    writer.open({
      sessionId,
      fence: 1,
      messageId: `m-${sessionId}`,
      onRefused: () => refused.push(sessionId),
    })
  return { ...memory, published, refused, open }
}

test('the first piece goes out alone; pieces that came meanwhile are joined', async () => {
  const { open, batches, published } = setUp()
  const stream = open('s')
  for (const piece of ['a', 'b', 'c']) stream.push(piece)
  expect(await stream.drained()).toBe(true)
  expect(batches.flat().flatMap(({ pieces }) => pieces)).toEqual(['a', 'b', 'c'])
  expect(published.map(({ text }) => text).join('')).toBe('abc')
  expect(published[0]!.seq).toBe(1)
})

test('pieces of all sessions share a statement', async () => {
  const { open, batches } = setUp()
  const streams = ['a', 'b', 'c'].map(open)
  for (const stream of streams) stream.push('1')
  await Promise.all(streams.map((stream) => stream.drained()))
  expect(Math.max(...batches.map(({ length }) => length))).toBeGreaterThan(1)
})

test.each([
  [['before'], 'abc'],
  [['after'], 'abc'],
  [['after', 'before', 'after'], 'abc'],
] as const)(
  'a statement that fails %j is neither lost nor written twice',
  async (failures, text) => {
    const { open, written, fail } = setUp()
    const stream = open('s')
    fail(...failures)
    for (const piece of ['a', 'b']) stream.push(piece)
    await Promise.resolve()
    stream.push('c')
    expect(await stream.drained()).toBe(true)
    expect(written.get('m-s')!.join('')).toBe(text)
  },
)

test('a session with another holder refuses the pieces and says so once', async () => {
  const { open, written, raise, refused, published } = setUp()
  const stream = open('s')
  stream.push('a')
  await stream.drained()
  raise()
  stream.push('b')
  expect(await stream.drained()).toBe(false)
  stream.push('c')
  expect(written.get('m-s')).toEqual(['a'])
  expect(refused).toEqual(['s'])
  expect(published).toHaveLength(1)
})
