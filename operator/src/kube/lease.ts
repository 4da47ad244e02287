import type { Log } from '@codelab/runtime/log'
import { type Clock, pause, systemClock } from '../clock.ts'
import type { KubeClient } from './client.ts'
import { failedWith } from './failure.ts'
import { createFence } from './fence.ts'
import { heldLease, type Lease, newLease, releasedLease } from './lease-record.ts'
import { keyText, type ObjectKey } from './object.ts'
import { resources } from './resources.ts'

export type Election = ReturnType<typeof createElection>

/** Why leadership ended: given back by `stop`, or lost – then the process writes nothing more and exits. */
export type Ending = 'released' | 'lost'

type Settings = {
  /** With a connection of its own: a renewal must not wait behind other requests. */
  readonly client: Pick<KubeClient, 'get' | 'create' | 'replace'>
  readonly key: ObjectKey
  /** Of this process alone, never used again: the pod's name and something random. */
  readonly identity: string
  readonly log: Log
  readonly clock?: Clock
  readonly random?: () => number
  /** For people who read the lease; no decision looks at it. */
  readonly wall?: () => Date
  readonly durationMs?: number
  readonly renewDeadlineMs?: number
  readonly retryMs?: number
}

/** What was last seen of the lease, and when by our own clock. */
type Observed = { readonly lease: Lease | undefined; readonly at: number; readonly freeAt: number }

/**
 * Leader election by a Lease. Others count from when *they* saw a renewal, we from before we *sent* it, each on its own
 * monotonic clock: as long as the clocks run at about the same speed, we stop leading before anyone else begins.
 */
export function createElection({
  client,
  key,
  identity,
  log,
  clock = systemClock,
  random = Math.random,
  wall = () => new Date(),
  durationMs = 15_000,
  renewDeadlineMs = 10_000,
  retryMs = 2_000,
}: Settings) {
  const stopping = new AbortController()
  const ended = new AbortController()
  const leading = Promise.withResolvers<boolean>()
  const ending = Promise.withResolvers<Ending>()
  let observed: Observed | undefined
  let leadsUntil = -Infinity
  let running: Promise<void> | undefined

  const holding = () => ({ identity, durationSeconds: Math.ceil(durationMs / 1_000), wall: wall() })
  const isLeading = (): boolean => !ended.signal.aborted && clock.now() < leadsUntil
  const fence = createFence({ isLeading, ended: ended.signal })

  /** A renewal seen counts from now; a lease that was deleted is as taken as it was. */
  const observe = (lease: Lease | undefined) => {
    const version = lease?.metadata.resourceVersion
    const unchanged = observed && observed.lease?.metadata.resourceVersion === version
    if (unchanged || (!lease && observed)) return
    const holder = lease?.spec?.holderIdentity
    const held = (lease?.spec?.leaseDurationSeconds ?? durationMs / 1_000) * 1_000
    const at = clock.now()
    observed = { lease, at, freeAt: holder && holder !== identity ? at + held : at }
  }

  /** Within so many milliseconds, or not at all. */
  const limited = async <Result>(ms: number, ask: (signal: AbortSignal) => Promise<Result>) => {
    const control = new AbortController()
    const cancel = clock.after(ms, () => control.abort(new Error('the lease took too long')))
    try {
      return await ask(control.signal)
    } finally {
      cancel()
    }
  }

  /** One attempt to take or renew; true when the lease is ours from now on. */
  const hold = async (signal: AbortSignal): Promise<boolean> => {
    const sentAt = clock.now()
    const found = await client.get<Lease>(resources.leases, key, { signal })
    observe(found)
    if (clock.now() < observed!.freeAt) return false
    const held = found
      ? await client.replace(heldLease(found, holding()), { signal })
      : await made(signal)
    if (!held) return false
    observe(held)
    leadsUntil = sentAt + renewDeadlineMs
    return true
  }

  const made = async (signal: AbortSignal): Promise<Lease | undefined> => {
    const answer = await client.create(newLease(key, holding()), { signal })
    return answer.outcome === 'created' ? answer.object : undefined
  }

  const tryHold = async (ms: number): Promise<boolean> => {
    try {
      return await limited(ms, hold)
    } catch (error) {
      if (!failedWith(error, 'Conflict'))
        log.warn({ err: error, lease: keyText(key) }, 'lease not reached')
      return false
    }
  }

  /** Looks about once a second, and at the very moment at which the lease becomes free. */
  const wait = async () => {
    while (!stopping.signal.aborted) {
      if ((await tryHold(renewDeadlineMs / 2)) && isLeading()) return
      const look = retryMs * (0.375 + random() * 0.25)
      const free = (observed?.freeAt ?? Infinity) - clock.now()
      await pause(clock, free > 0 ? Math.min(look, free) : look, stopping.signal)
    }
  }

  const heldByAnother = (): boolean => {
    const holder = observed?.lease?.spec?.holderIdentity
    return holder !== undefined && holder !== '' && holder !== identity
  }

  const keep = async () => {
    while (!stopping.signal.aborted) {
      await pause(clock, Math.min(retryMs, leadsUntil - clock.now()), stopping.signal)
      const left = leadsUntil - clock.now()
      if (left <= 0) return
      if (!stopping.signal.aborted) await tryHold(Math.min(left, renewDeadlineMs / 2))
      if (heldByAnother()) return
    }
  }

  /** What is still on its way gets the rest of our time. Only when all of it has arrived the lease is given back: else it has to run out. */
  const release = async () => {
    const rest = new AbortController()
    const until = leadsUntil
    leadsUntil = -Infinity
    const idle = fence.idle().then(() => true)
    const late = pause(clock, until - clock.now(), rest.signal).then(() => false)
    const settled = await Promise.race([idle, late])
    rest.abort()
    ended.abort()
    if (!settled) {
      log.warn({ lease: keyText(key) }, 'writes still under way, lease left to run out')
      return
    }
    await limited(renewDeadlineMs / 2, async (signal) => {
      const lease = await client.get<Lease>(resources.leases, key, { signal })
      if (lease?.spec?.holderIdentity === identity)
        await client.replace(releasedLease(lease, wall()), { signal })
    }).catch((error: unknown) =>
      log.warn({ err: error, lease: keyText(key) }, 'lease not given back'),
    )
  }

  const run = async () => {
    await wait()
    if (!isLeading()) {
      leading.resolve(false)
      return
    }
    log.info({ lease: keyText(key), identity }, 'leading')
    leading.resolve(true)
    await keep()
    if (stopping.signal.aborted && isLeading()) {
      await release()
      ending.resolve('released')
      return
    }
    ended.abort()
    log.error({ lease: keyText(key), identity }, 'lease lost')
    ending.resolve('lost')
  }

  return {
    isLeading,
    /** Aborted the moment leadership has ended. */
    ended: ended.signal,
    /** The gate for every write of a leader. */
    fence,
    /** True once this process leads; false when it was stopped before. */
    whenLeading: (): Promise<boolean> => leading.promise,
    /** Resolves when a leadership has ended; never when there was none. */
    whenEnded: (): Promise<Ending> => ending.promise,
    /** Begins, once; after `stop` it does nothing. */
    start(): void {
      if (!running && !stopping.signal.aborted) running = run()
    },
    /** Lets writes under way finish, refuses new ones, gives the lease back. Stop the work first. */
    async stop(): Promise<void> {
      stopping.abort()
      leading.resolve(false)
      await running
    },
  }
}
