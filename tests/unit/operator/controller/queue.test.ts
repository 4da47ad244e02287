import fc from 'fast-check'
import { createQueue, type Priority } from '@codelab/operator/controller/queue'
import { createFakeClock, settle } from '../../../support/clock.ts'

const setUp = () => {
  const clock = createFakeClock()
  return { clock, queue: createQueue({ clock }) }
}

/** What can be taken right now, each given back at once. */
async function drain(queue: ReturnType<typeof createQueue>): Promise<string[]> {
  const keys: string[] = []
  while (queue.depth() > 0) {
    const { key } = (await queue.take())!
    keys.push(key)
    queue.done(key)
  }
  return keys
}

test('a key that is added several times waits once, in its first place', async () => {
  const { queue } = setUp()
  for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
  expect(queue.depth()).toBe(3)
  expect(await drain(queue)).toEqual(['a', 'b', 'c'])
})

test('news go before a resync, and a key of a resync that has news is moved up', async () => {
  const { queue } = setUp()
  for (const key of ['a', 'b', 'c']) queue.add(key, 'low')
  queue.add('d')
  queue.add('c')
  queue.add('d', 'low')
  expect(await drain(queue)).toEqual(['d', 'c', 'a', 'b'])
})

test('adds while a key is worked on lead to one more run, after it is done', async () => {
  const { queue } = setUp()
  queue.add('a')
  await queue.take()
  queue.add('a')
  queue.add('a', 'low')
  expect(queue.depth()).toBe(0)
  queue.done('a')
  expect(await drain(queue)).toEqual(['a'])
})

test('a taker waits for the next add, and the first one to wait is served first', async () => {
  const { clock, queue } = setUp()
  const served: string[] = []
  void queue.take().then((taken) => served.push(`first ${taken?.key} ${taken?.waitedMs}`))
  void queue.take().then((taken) => served.push(`second ${taken?.key} ${taken?.waitedMs}`))
  await clock.advance(50)
  queue.add('a')
  queue.add('b')
  await settle()
  expect(served).toEqual(['first a 0', 'second b 0'])
})

test('the wait of a key is told, counted from its first add', async () => {
  const { clock, queue } = setUp()
  queue.add('a', 'low')
  await clock.advance(30)
  queue.add('a')
  await clock.advance(12)
  expect(await queue.take()).toEqual({ key: 'a', waitedMs: 42 })
})

test('a delayed add comes at its time, the sooner of two, and once', async () => {
  const { clock, queue } = setUp()
  queue.addAfter('a', 1_000)
  queue.addAfter('a', 400, 'low')
  queue.addAfter('a', 700)
  await clock.advance(399)
  expect(queue.depth()).toBe(0)
  await clock.advance(1)
  expect(await drain(queue)).toEqual(['a'])
  await clock.advance(10_000)
  expect(queue.depth()).toBe(0)
})

test('a delayed add that falls due while the key is worked on is not lost', async () => {
  const { clock, queue } = setUp()
  queue.add('a')
  await queue.take()
  queue.addAfter('a', 5)
  await clock.advance(5)
  queue.done('a')
  expect(await drain(queue)).toEqual(['a'])
})

test('each failure in a row doubles the wait, from 5 ms to 1,000 s, and a success starts over', async () => {
  const { clock, queue } = setUp()
  const waits: number[] = []
  for (let n = 0; n < 20; n++) {
    waits.push(queue.retry('a'))
    await clock.advance(waits.at(-1)!)
    await drain(queue)
  }
  expect(waits.slice(0, 4)).toEqual([5, 10, 20, 40])
  expect(waits.at(-1)).toBe(1_000_000)
  expect(queue.retry('b')).toBe(5)
  queue.forget('a')
  expect(queue.retry('a')).toBe(5)
  expect(queue.retry('c', 3_000)).toBe(3_000)
})

test('a run that news caused and that fails too does not put off the retry that is due', async () => {
  const { clock, queue } = setUp()
  queue.retry('a')
  await clock.advance(5)
  expect(await drain(queue)).toEqual(['a'])
  expect(queue.retry('a')).toBe(10)
  for (let n = 0; n < 20; n++) {
    queue.add('a')
    expect(await drain(queue)).toEqual(['a'])
    expect(queue.retry('a')).toBe(10)
  }
  await clock.advance(10)
  expect(await drain(queue)).toEqual(['a'])
})

test('shutting down takes nothing more, ends those who wait, and resolves when the work is done', async () => {
  const { clock, queue } = setUp()
  queue.add('a')
  await queue.take()
  queue.add('a')
  queue.addAfter('b', 100)
  const waiting = queue.take()
  let shut = false
  const shutting = queue.shutDown().then(() => (shut = true))
  expect(await waiting).toBeUndefined()
  expect(clock.pending()).toBe(0)
  queue.add('c')
  await settle()
  expect(shut).toBe(false)
  queue.done('a')
  await shutting
  expect(queue.depth()).toBe(0)
  expect(await queue.take()).toBeUndefined()
})

/* What holds for every history of adds, delayed adds, failures and workers. */

type Step =
  | { do: 'add'; key: string; priority: Priority }
  | { do: 'addAfter'; key: string; ms: number }
  | { do: 'take' }
  | { do: 'done' | 'fail'; nth: number }
  | { do: 'advance'; ms: number }

const key = fc.constantFrom('a', 'b', 'c', 'd')
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('add' as const), key, priority: fc.constantFrom('high', 'low') }),
    fc.record({ do: fc.constant('addAfter' as const), key, ms: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ do: fc.constant('take' as const) }),
    fc.record({ do: fc.constantFrom('done' as const, 'fail' as const), nth: fc.nat(3) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 1, max: 60 }) }),
  ),
  { maxLength: 80 },
) as fc.Arbitrary<Step[]>

/** Plays a history; keeps what each key is still owed by time of its add. */
async function play(history: readonly Step[]) {
  const { clock, queue } = setUp()
  const underWork: string[] = []
  const begun: { key: string; at: number }[] = []
  const owed: { key: string; at: number }[] = []
  const waits: number[] = []

  const began = (taken: { key: string } | undefined) => {
    if (!taken) return
    if (underWork.includes(taken.key)) throw new Error(`two runs of ${taken.key} at once`)
    underWork.push(taken.key)
    begun.push({ key: taken.key, at: clock.now() })
    const due = owed.filter((one) => one.key === taken.key && one.at <= clock.now())
    for (const one of due) owed.splice(owed.indexOf(one), 1)
  }
  const finish = ({ do: how, nth }: { do: 'done' | 'fail'; nth: number }) => {
    const [done] = underWork.splice(nth % (underWork.length || 1), 1)
    if (done === undefined) return
    if (how === 'fail') waits.push(queue.retry(done))
    else queue.forget(done)
    queue.done(done)
  }
  const step = async (one: Step) => {
    if (one.do === 'add') {
      owed.push({ key: one.key, at: clock.now() })
      queue.add(one.key, one.priority)
    }
    if (one.do === 'addAfter') queue.addAfter(one.key, one.ms)
    if (one.do === 'take' && queue.depth() > 0) began(await queue.take())
    if (one.do === 'done' || one.do === 'fail') finish(one)
    if (one.do === 'advance') await clock.advance(one.ms)
  }
  for (const one of history) await step(one)
  // Then everything is worked off by one patient worker.
  while (underWork.length > 0) finish({ do: 'done', nth: 0 })
  while (queue.depth() > 0) {
    began(await queue.take())
    finish({ do: 'done', nth: 0 })
  }
  return { owed, waits, begun }
}

test('in every history: never two runs of a key at once, every add is followed by a run, and waits are bounded', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const { owed, waits } = await play(history)
      expect(owed).toEqual([])
      for (const ms of waits) {
        expect(ms).toBeGreaterThanOrEqual(5)
        expect(ms).toBeLessThanOrEqual(1_000_000)
      }
    }),
    { numRuns: 300 },
  )
})

test('in every history: no more runs than adds, delayed adds and failures together', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const { begun, waits } = await play(history)
      const asked = history.filter((one) => one.do === 'add' || one.do === 'addAfter').length
      expect(begun.length).toBeLessThanOrEqual(asked + waits.length)
    }),
    { numRuns: 300 },
  )
})
