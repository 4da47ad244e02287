import fc from 'fast-check'
import { NotLeading } from '@codelab/operator/kube/fence'
import { createElection } from '@codelab/operator/kube/lease'
import { createFakeClock, settle } from '../../../support/clock.ts'
import { createLeaseApi } from '../../../support/lease-api.ts'
import { silentLog } from '../../../support/silent-log.ts'

const key = { namespace: 'codelab', name: 'operator' }

function setUp() {
  const clock = createFakeClock()
  const api = createLeaseApi()
  let away = false
  const candidate = (identity: string, reach?: (signal?: AbortSignal) => Promise<void>) =>
    createElection({
      client: api.client(
        reach ??
          (async () => {
            if (away) throw new Error('no connection')
          }),
      ),
      key,
      identity,
      clock,
      random: () => 0.5,
      wall: () => new Date(1_700_000_000_000 + clock.now()),
      log: silentLog,
    })
  return { clock, api, candidate, cut: () => (away = true), mend: () => (away = false) }
}

/** How long until it leads, in milliseconds; at most a minute is waited. */
async function leadsAfter(
  { isLeading }: { isLeading: () => boolean },
  clock: ReturnType<typeof createFakeClock>,
): Promise<number> {
  const since = clock.now()
  while (!isLeading() && clock.now() - since < 60_000) await clock.advance(10)
  return clock.now() - since
}

test('the first candidate makes the lease and leads; the second waits', async () => {
  const { clock, api, candidate } = setUp()
  const [first, second] = [candidate('first'), candidate('second')]
  first.start()
  await clock.advance(0)
  second.start()
  expect(await first.whenLeading()).toBe(true)
  await clock.advance(60_000)
  expect(first.isLeading()).toBe(true)
  expect(second.isLeading()).toBe(false)
  expect(api.lease()?.spec).toEqual({
    holderIdentity: 'first',
    leaseDurationSeconds: 15,
    acquireTime: '2023-11-14T22:13:20.000000Z',
    renewTime: '2023-11-14T22:14:20.000000Z',
    leaseTransitions: 0,
  })
})

test('a leader that stops gives the lease back, and the next one leads within 2 s', async () => {
  const { clock, api, candidate } = setUp()
  const [first, second] = [candidate('first'), candidate('second')]
  first.start()
  await clock.advance(1_234)
  second.start()
  await clock.advance(7_777)
  const stopping = first.stop()
  await clock.advance(0)
  await stopping
  expect(await first.whenEnded()).toBe('released')
  expect(first.isLeading()).toBe(false)
  expect(first.ended.aborted).toBe(true)
  expect(await leadsAfter(second, clock)).toBeLessThanOrEqual(2_000)
  expect(api.lease()?.spec).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 })
})

test('a leader that vanishes is followed within 17 s, and not before its lease has run out', async () => {
  for (const offset of [0, 300, 700, 1_100, 1_900]) {
    const { clock, api, candidate } = setUp()
    let dead = false
    const first = candidate('first', async () => {
      if (dead) await new Promise(() => {})
    })
    const second = candidate('second')
    first.start()
    await clock.advance(offset)
    second.start()
    await clock.advance(20_000)
    const renewed = Date.parse(api.lease()!.spec!.renewTime!) - 1_700_000_000_000
    dead = true
    const died = clock.now()
    await leadsAfter(second, clock)
    expect(clock.now() - renewed).toBeGreaterThanOrEqual(15_000)
    expect(clock.now() - died).toBeLessThanOrEqual(17_000)
  }
})

test('the other’s clock is never believed: a lease renewed long ago by its own words is as taken as any', async () => {
  const { clock, api, candidate } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(0)
  await first.stop()
  api.put((lease) => ({
    ...lease,
    spec: {
      ...lease.spec,
      holderIdentity: 'elsewhere',
      leaseDurationSeconds: 15,
      renewTime: '2001-01-01T00:00:00.000000Z',
    },
  }))
  const second = candidate('second')
  second.start()
  await clock.advance(14_900)
  expect(second.isLeading()).toBe(false)
  expect(await leadsAfter(second, clock)).toBeLessThanOrEqual(200)
})

test('without renewal for 10 s a leader has lost, 5 s before anybody else may lead', async () => {
  const { clock, candidate, cut } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(6_000)
  cut()
  await clock.advance(9_990)
  expect(first.isLeading()).toBe(true)
  await clock.advance(20)
  expect(first.isLeading()).toBe(false)
  expect(await first.whenEnded()).toBe('lost')
  expect(first.ended.aborted).toBe(true)
})

test('a short absence of the API server costs nothing', async () => {
  const { clock, candidate, cut, mend } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(6_000)
  cut()
  await clock.advance(7_000)
  mend()
  await clock.advance(30_000)
  expect(first.isLeading()).toBe(true)
})

test('a request that hangs is given up in time for another', async () => {
  const { clock, candidate } = setUp()
  let hang = false
  const first = candidate('first', (signal) =>
    hang
      ? new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
      : Promise.resolve(),
  )
  first.start()
  await clock.advance(4_000)
  hang = true
  await clock.advance(2_000)
  hang = false
  await clock.advance(60_000)
  expect(first.isLeading()).toBe(true)
})

test('a process that was stopped for too long knows it at once, before any timer has run', async () => {
  const { clock, candidate } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(4_000)
  clock.freeze(10_000)
  expect(first.isLeading()).toBe(false)
  await expect(first.fence.pass(async () => 'written')).rejects.toThrow(NotLeading)
  await clock.advance(0)
  expect(await first.whenEnded()).toBe('lost')
})

test('a lease that is taken away ends the leadership at the next look', async () => {
  const { clock, api, candidate } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(4_000)
  api.put((lease) => ({ ...lease, spec: { ...lease.spec, holderIdentity: 'elsewhere' } }))
  await clock.advance(2_000)
  expect(await first.whenEnded()).toBe('lost')
})

test('a lease that somebody edits or deletes stays the leader’s', async () => {
  const { clock, api, candidate } = setUp()
  const [first, second] = [candidate('first'), candidate('second')]
  first.start()
  await clock.advance(10)
  second.start()
  await clock.advance(5_000)
  api.put((lease) => ({ ...lease, metadata: { ...lease.metadata, labels: { by: 'hand' } } }))
  await clock.advance(5_000)
  expect(first.isLeading()).toBe(true)
  api.remove()
  await clock.advance(30_000)
  expect(first.isLeading()).toBe(true)
  expect(second.isLeading()).toBe(false)
  expect(api.lease()?.spec?.holderIdentity).toBe('first')
})

test('a candidate that is stopped never leads, and leaves no timer', async () => {
  const { clock, candidate } = setUp()
  const [first, second] = [candidate('first'), candidate('second')]
  first.start()
  await clock.advance(0)
  second.start()
  await clock.advance(3_000)
  await second.stop()
  second.start()
  expect(await second.whenLeading()).toBe(false)
  const stopping = first.stop()
  await settle()
  await stopping
  await clock.advance(60_000)
  expect(second.isLeading()).toBe(false)
  expect(clock.pending()).toBe(0)
})

test('the lease is given back only when the last write has arrived', async () => {
  const { clock, api, candidate } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(0)
  const write = Promise.withResolvers<string>()
  const writing = first.fence.pass(() => write.promise)
  const stopping = first.stop()
  await clock.advance(1_000)
  expect(api.lease()?.spec?.holderIdentity).toBe('first')
  await expect(first.fence.pass(async () => 'one more')).rejects.toThrow(NotLeading)
  write.resolve('arrived')
  expect(await writing).toBe('arrived')
  await stopping
  expect(api.lease()?.spec?.holderIdentity).toBe('')
})

test('a write that does not end is cut off with our time, and the lease is left to run out', async () => {
  const { clock, api, candidate } = setUp()
  const first = candidate('first')
  first.start()
  await clock.advance(0)
  const writing = first.fence.pass(
    ({ signal }) =>
      new Promise((_, reject) =>
        signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
      ),
  )
  const cutOff = expect(writing).rejects.toThrow(NotLeading)
  const stopping = first.stop()
  await clock.advance(10_000)
  await Promise.all([stopping, cutOff])
  expect(api.lease()?.spec?.holderIdentity).toBe('first')
})

/* Three processes whose clocks run at different speeds, which are stopped and cut off at random. */

const action = fc.oneof(
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 50, max: 20_000 }) }),
  fc.record({
    do: fc.constant('freeze' as const),
    who: fc.nat(2),
    ms: fc.integer({ min: 1_000, max: 40_000 }),
  }),
  fc.record({
    do: fc.constant('cut' as const),
    who: fc.nat(2),
    ms: fc.integer({ min: 1_000, max: 40_000 }),
  }),
  fc.record({ do: fc.constant('stop' as const), who: fc.nat(2) }),
)

test('in every history of stops, cuts and slow or fast clocks there are never two leaders', async () => {
  let leaders = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { minLength: 12, maxLength: 40 }),
      fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0.9, max: 1.1, noNaN: true }))),
      fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 5, maxLength: 20 }),
      async (history, speeds, chances) => {
        const time = createFakeClock()
        const api = createLeaseApi()
        let chance = 0
        const processes = speeds.map((speed, index) => {
          const state = { frozenUntil: 0, cutUntil: 0 }
          const clock = {
            now: () => time.now() * speed,
            after(ms: number, run: () => void) {
              let cancelled = false
              const go = () => {
                if (cancelled) return
                if (time.now() < state.frozenUntil) time.after(state.frozenUntil - time.now(), go)
                else run()
              }
              time.after(ms / speed, go)
              return () => void (cancelled = true)
            },
          }
          const reach = () =>
            new Promise<void>((resolve, reject) => {
              const lost = time.now() < state.cutUntil
              clock.after(20 + index, () => (lost ? reject(new Error('cut')) : resolve()))
            })
          const election = createElection({
            client: api.client(reach),
            key,
            identity: `process-${index}`,
            clock,
            random: () => chances[chance++ % chances.length]!,
            wall: () => new Date(0),
            log: silentLog,
          })
          election.start()
          return { state, election }
        })
        const look = () => {
          const leading = processes.filter(({ election }) => election.isLeading())
          leaders += leading.length
          expect(leading.length).toBeLessThanOrEqual(1)
        }
        for (const one of history) {
          if (one.do === 'freeze') processes[one.who]!.state.frozenUntil = time.now() + one.ms
          if (one.do === 'cut') processes[one.who]!.state.cutUntil = time.now() + one.ms
          if (one.do === 'stop') void processes[one.who]!.election.stop()
          if (one.do !== 'pass') continue
          for (let left = one.ms; left > 0; left -= 250) {
            await time.advance(Math.min(left, 250))
            look()
          }
        }
      },
    ),
    { numRuns: 200 },
  )
  expect(leaders).toBeGreaterThan(0)
})
