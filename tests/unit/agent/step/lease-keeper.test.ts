import { createLog } from '@codelab/runtime/log'
import { createLeaseKeeper } from '../../../../services/agent/src/step/lease-keeper.ts'
import { until } from '../../../support/until.ts'

const log = createLog({ service: 'test', level: 'silent' })

function setUp() {
  let alive = new Map<string, number>()
  let beats = 0
  let failing = false
  const keeper = createLeaseKeeper({
    async renew() {
      beats += 1
      if (failing) throw new Error('away')
      return alive
    },
    log,
    beatMs: 1,
  })
  return {
    keeper,
    beats: () => beats,
    answer: (leases: Record<string, number>) => (alive = new Map(Object.entries(leases))),
    fail: (value: boolean) => (failing = value),
  }
}

test('a step learns that its session has another holder, or none', async () => {
  const { keeper, answer } = setUp()
  answer({ a: 1, b: 2, c: 1 })
  const [a, b, c] = [keeper.hold('a', 1), keeper.hold('b', 1), keeper.hold('c', 1)]
  await until('b is lost', () => b.signal.aborted)
  expect([a.signal.aborted, c.signal.aborted]).toEqual([false, false])
  answer({ a: 1 })
  await until('c is lost', () => c.signal.aborted)
  expect(a.signal.aborted).toBe(false)
  keeper.stop()
})

test('only what is held is renewed', async () => {
  const asked: string[][] = []
  const keeper = createLeaseKeeper({
    async renew(sessionIds) {
      asked.push(sessionIds)
      return new Map(sessionIds.map((id) => [id, 1]))
    },
    log,
    beatMs: 1,
  })
  keeper.hold('a', 1)
  const released = keeper.hold('b', 1)
  await until('a beat with both', () => asked.some((ids) => ids.length === 2))
  released.release()
  await until('a beat with one', () => asked.at(-1)?.length === 1)
  expect(asked.at(-1)).toEqual(['a'])
  keeper.stop()
})

test('leases are kept while the database is away: only an answer can end them', async () => {
  const { keeper, answer, fail, beats } = setUp()
  answer({ a: 1 })
  const lease = keeper.hold('a', 1)
  fail(true)
  const before = beats()
  await until('some failed beats', () => beats() > before + 3)
  expect(lease.signal.aborted).toBe(false)
  keeper.stop()
})

test('nothing is asked when nothing is held', async () => {
  const { keeper, answer, beats } = setUp()
  answer({})
  const lease = keeper.hold('a', 1)
  await until('the lease is lost', () => lease.signal.aborted)
  lease.release()
  const before = beats()
  const other = keeper.hold('b', 1)
  other.release()
  await new Promise((resolve) => setImmediate(resolve))
  expect(beats()).toBe(before)
  keeper.stop()
})

test('a fence that was raised here ends the step below it at once, and no other', () => {
  const { keeper, answer } = setUp()
  answer({ a: 1, b: 1 })
  const [a, b] = [keeper.hold('a', 1), keeper.hold('b', 2)]
  keeper.fenced('a', 2)
  keeper.fenced('b', 2)
  keeper.fenced('nobody', 1)
  expect([a.signal.aborted, b.signal.aborted]).toEqual([true, false])
  keeper.stop()
})
