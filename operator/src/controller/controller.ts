import type { Log } from '@codelab/runtime/log'
import { type Clock, systemClock } from '../clock.ts'
import { KubeFailure } from '../kube/failure.ts'
import type { Change } from '../kube/store.ts'
import { createQueue, type Priority } from './queue.ts'

/** Nothing but the key: a pass reads what is, whatever happened. */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>

/** When to look again though nothing happens; absent: never. */
export type Outcome = { readonly requeueAfterMs?: number | undefined }

/** A failure that another try cannot mend: logged and counted, and the key rests until it changes. */
export class TerminalFailure extends Error {
  override readonly name = 'TerminalFailure'
}

export type Result = 'settled' | 'requeued' | 'failed' | 'terminal'

/** Where the figures go. */
export type ControllerMetrics = {
  /** A key was taken after so many seconds. */
  waited(seconds: number): void
  /** A pass took so many seconds. */
  worked(seconds: number, result: Result): void
  retried(): void
}

export type Controller = ReturnType<typeof createController>

type Settings = {
  readonly reconcile: Reconcile
  readonly log: Log
  readonly metrics: ControllerMetrics
  /** Keys worked on at once; a pass waits for the API server nearly all of its time. */
  readonly workers?: number
  readonly clock?: Clock
}

const priorities: Readonly<Record<Change<unknown>['why'], Priority>> = {
  initial: 'low',
  resync: 'low',
  news: 'high',
}

/** watch → key → queue → reconcile, by several workers; what a pass throws ends that pass only. */
export function createController({
  reconcile,
  log,
  metrics,
  workers = 16,
  clock = systemClock,
}: Settings) {
  const queue = createQueue({ clock })
  const stopping = new AbortController()
  let running: Promise<void>[] | undefined

  const failed = (key: string, error: unknown): Result => {
    if (error instanceof TerminalFailure) {
      queue.forget(key)
      log.error({ err: error, key }, 'pass failed for good')
      return 'terminal'
    }
    const asked = error instanceof KubeFailure ? (error.retryAfterSeconds ?? 0) * 1_000 : 0
    const failures = queue.failures(key) + 1
    const retryMs = queue.retry(key, asked)
    metrics.retried()
    // Somebody else wrote at the same time: what that means is told by the watch, not by us.
    const level = error instanceof KubeFailure && error.reason === 'Conflict' ? 'debug' : 'warn'
    log[level]({ err: error, key, failures, retry_ms: retryMs }, 'pass failed')
    return 'failed'
  }

  const pass = async (key: string): Promise<Result> => {
    try {
      const { requeueAfterMs } = await reconcile(key, stopping.signal)
      queue.forget(key)
      if (requeueAfterMs === undefined) return 'settled'
      queue.addAfter(key, requeueAfterMs)
      return 'requeued'
    } catch (error) {
      if (stopping.signal.aborted) return 'failed'
      return failed(key, error)
    }
  }

  const work = async () => {
    for (let taken = await queue.take(); taken; taken = await queue.take()) {
      metrics.waited(taken.waitedMs / 1_000)
      const since = clock.now()
      const result = await pass(taken.key)
      metrics.worked((clock.now() - since) / 1_000, result)
      queue.done(taken.key)
    }
  }

  return {
    /** Keys that wait, for a gauge. */
    depth: queue.depth,
    enqueue: queue.add,
    /** A reflector's `onChange` that queues the keys which a change concerns. */
    onChange:
      <Stored>(keysOf: (change: Change<Stored>) => Iterable<string>) =>
      (change: Change<Stored>): void => {
        for (const key of keysOf(change)) queue.add(key, priorities[change.why])
      },
    /** Begins to work, once; call it when the reflectors have synced, or a pass takes for missing what is only not known yet. */
    start(): void {
      running ??= Array.from({ length: workers }, work)
    },
    /** Begins no pass any more and waits for those under way; past the grace their signal is aborted. */
    async stop({ graceMs }: { graceMs: number }): Promise<void> {
      const cancel = clock.after(graceMs, () => stopping.abort())
      await queue.shutDown()
      await Promise.all(running ?? [])
      cancel()
    },
  }
}
