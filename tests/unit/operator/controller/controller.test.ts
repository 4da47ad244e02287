import {
  createController,
  type Reconcile,
  type Result,
  TerminalFailure,
} from '@codelab/operator/controller/controller'
import { KubeFailure } from '@codelab/operator/kube/failure'
import { createFakeClock, settle } from '../../../support/clock.ts'
import { silentLog } from '../../../support/silent-log.ts'

const cleanups: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean()
})

function setUp(reconcile: Reconcile, workers = 2) {
  const clock = createFakeClock()
  const results: Result[] = []
  let retries = 0
  const controller = createController({
    reconcile,
    workers,
    clock,
    log: silentLog,
    metrics: {
      waited: () => undefined,
      worked: (_, result) => void results.push(result),
      retried: () => void (retries += 1),
    },
  })
  controller.start()
  cleanups.push(() => controller.stop({ graceMs: 1_000 }))
  return { clock, controller, results, retries: () => retries }
}

/** A reconcile whose passes the test ends. */
function held() {
  const passes: { key: string; end: () => void }[] = []
  const reconcile: Reconcile = (key) =>
    new Promise((resolve) => passes.push({ key, end: () => resolve({}) }))
  return { passes, reconcile }
}

test('several keys are worked on at once, a key by one worker only', async () => {
  const { passes, reconcile } = held()
  const { controller } = setUp(reconcile, 3)
  controller.enqueue('a')
  controller.enqueue('b')
  await settle()
  controller.enqueue('a')
  await settle()
  expect(passes.map(({ key }) => key)).toEqual(['a', 'b'])
  passes[0]!.end()
  await settle()
  expect(passes.map(({ key }) => key)).toEqual(['a', 'b', 'a'])
  for (const { end } of passes) end()
})

test('a pass that throws, in whatever way, is tried again and harms no other', async () => {
  const tried: string[] = []
  const { clock, controller, results, retries } = setUp((key) => {
    tried.push(key)
    if (key === 'sync') throw new Error('at once')
    if (key === 'async') return Promise.reject(new TypeError('later'))
    return Promise.resolve({})
  }, 1)
  for (const key of ['sync', 'async', 'fine']) controller.enqueue(key)
  await settle()
  expect(results).toEqual(['failed', 'failed', 'settled'])
  await clock.advance(5)
  expect(tried).toEqual(['sync', 'async', 'fine', 'sync', 'async'])
  await clock.advance(9)
  expect(tried).toHaveLength(5)
  expect(retries()).toBe(4)
})

test('a pass says when to look again', async () => {
  let passes = 0
  const { clock, controller, results } = setUp(async () => {
    passes += 1
    return passes === 1 ? { requeueAfterMs: 60_000 } : {}
  })
  controller.enqueue('a')
  await settle()
  await clock.advance(59_999)
  expect(passes).toBe(1)
  await clock.advance(1)
  expect(passes).toBe(2)
  expect(results).toEqual(['requeued', 'settled'])
  expect(clock.pending()).toBe(0)
})

test('a failure that no try can mend rests until the key changes', async () => {
  let passes = 0
  const { clock, controller, results } = setUp(async () => {
    passes += 1
    throw new TerminalFailure('never')
  })
  controller.enqueue('a')
  await settle()
  expect(results).toEqual(['terminal'])
  expect(clock.pending()).toBe(0)
  controller.enqueue('a')
  await settle()
  expect(passes).toBe(2)
})

test('the API server says how long to wait, and that is kept', async () => {
  let passes = 0
  const { clock, controller } = setUp(async () => {
    passes += 1
    if (passes > 1) return {}
    throw new KubeFailure('TooManyRequests', { message: '', status: 429, retryAfterSeconds: 7 })
  })
  controller.enqueue('a')
  await settle()
  await clock.advance(6_999)
  expect(passes).toBe(1)
  await clock.advance(1)
  expect(passes).toBe(2)
})

test('changes are queued by their keys alone: news before the first list and resyncs', async () => {
  const { passes, reconcile } = held()
  const { controller } = setUp(reconcile, 1)
  const onChange = controller.onChange<string>((change) => [change.key])
  const change = (key: string, why: 'initial' | 'news' | 'resync') =>
    onChange({ key, why, kind: 'set', value: 'v', before: undefined })
  change('busy', 'news')
  await settle()
  change('listed', 'initial')
  change('again', 'resync')
  change('new', 'news')
  expect(controller.depth()).toBe(3)
  for (let at = 0; at < 4; at++) {
    passes[at]!.end()
    await settle()
  }
  expect(passes.map(({ key }) => key)).toEqual(['busy', 'new', 'listed', 'again'])
})

test('stopping waits for passes under way, and past the grace tells them to end', async () => {
  const ends: unknown[] = []
  const { clock, controller } = setUp(
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      ),
  )
  controller.enqueue('a')
  await settle()
  const stopped = controller.stop({ graceMs: 5_000 }).then(() => ends.push('stopped'))
  controller.enqueue('b')
  await clock.advance(4_999)
  expect(ends).toEqual([])
  await clock.advance(1)
  await stopped
  expect(ends).toEqual(['stopped'])
  expect(clock.pending()).toBe(0)
})
