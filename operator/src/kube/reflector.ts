import type { Log } from '@codelab/runtime/log'
import { type Clock, pause, systemClock } from '../clock.ts'
import { createBackoff } from './backoff.ts'
import type { KubeClient } from './client.ts'
import { KubeFailure, type KubeReason } from './failure.ts'
import type { KubeObject } from './object.ts'
import type { Selection } from './reads.ts'
import type { Resource } from './resources.ts'
import { type Change, createStore } from './store.ts'
import { watchEvents } from './watch-events.ts'

export type Reflector<Stored> = ReturnType<typeof createReflector<Stored>>

type Settings<Stored> = {
  readonly client: Pick<KubeClient, 'pages' | 'watch'>
  readonly resource: Resource
  readonly selection?: Selection
  /** What is kept of an object; everything else is let go at once. */
  readonly project: (object: KubeObject) => Stored
  /** Queue a key and return. What it throws is logged and stops nothing. */
  readonly onChange: (change: Change<Stored>) => void
  readonly log: Log
  /** Called for each end of a watch that was none of the API server's own, for metrics. */
  readonly onInterruption?: (reason: string) => void
  readonly clock?: Clock
  readonly random?: () => number
  /** The API server sends a bookmark about once a minute: after two and a half without any word the watch is dead. */
  readonly silenceMs?: number
  /** Spread by a tenth either way. */
  readonly resyncMs?: number
}

const shortestWatchSeconds = 300
const failuresUntilRelist = 3

/** The API server is away, busy or refuses us: it may still know our resource version afterwards. */
const passing: ReadonlySet<KubeReason> = new Set<KubeReason>([
  'Unreachable',
  'NoAnswer',
  'TooManyRequests',
  'ServiceUnavailable',
  'InternalError',
  'ServerTimeout',
  'Timeout',
  'Unauthorized',
  'Forbidden',
])

/**
 * Keeps a copy of a kind's objects in step with the API server: lists, then watches from there, for ever. Whatever damages
 * the watch leads to a new list; an end without damage to a new watch from the last version seen.
 */
export function createReflector<Stored>({
  client,
  resource,
  selection = {},
  project,
  onChange,
  log,
  onInterruption,
  clock = systemClock,
  random = Math.random,
  silenceMs = 150_000,
  resyncMs = 10 * 3_600_000,
}: Settings<Stored>) {
  const stopping = new AbortController()
  const backoff = createBackoff({ clock, random })
  const first = Promise.withResolvers<boolean>()
  let synced = false
  /** Where the next watch takes up; undefined: list first. */
  let version: string | undefined
  let aliveSince: number | undefined
  let failures = 0
  let running: Promise<void> | undefined
  let cancelResync = () => {}

  const store = createStore<Stored>({
    project,
    tell(change) {
      try {
        onChange(change)
      } catch (error) {
        log.error({ err: error, resource: resource.plural, key: change.key }, 'a handler failed')
      }
    },
  })

  const list = async (signal: AbortSignal) => {
    const replacement = store.replacement()
    let at = ''
    for await (const page of client.pages(resource, selection, { signal })) {
      at ||= page.resourceVersion
      for (const item of page.items) replacement.add(item)
    }
    signal.throwIfAborted()
    replacement.done(synced ? 'news' : 'initial')
    version = at
    synced = true
    first.resolve(true)
  }

  const follow = async (resourceVersion: string, control: AbortController) => {
    let cancelSilence = () => {}
    let silent = false
    const alive = () => {
      cancelSilence()
      cancelSilence = clock.after(silenceMs, () => {
        silent = true
        control.abort()
      })
    }
    const chunks = await client.watch(resource, {
      ...selection,
      resourceVersion,
      timeoutSeconds: shortestWatchSeconds + Math.floor(random() * (shortestWatchSeconds + 1)),
      signal: control.signal,
    })
    aliveSince = clock.now()
    try {
      alive()
      for await (const event of watchEvents(chunks, `watch ${resource.plural}`)) {
        if (control.signal.aborted) return
        alive()
        failures = 0
        if (event.type === 'set') store.put(event.object)
        if (event.type === 'gone') store.remove(event.object)
        version = event.resourceVersion
      }
    } catch (error) {
      if (silent || error instanceof KubeFailure) version = undefined
      throw silent
        ? new KubeFailure('NoAnswer', { message: `watch ${resource.plural}: silent for too long` })
        : error
    } finally {
      cancelSilence()
    }
  }

  const attempt = async () => {
    const control = new AbortController()
    const stop = () => control.abort(stopping.signal.reason)
    stopping.signal.addEventListener('abort', stop)
    aliveSince = undefined
    try {
      if (version === undefined) await list(control.signal)
      await follow(version!, control)
      return undefined
    } catch (error) {
      return { error }
    } finally {
      stopping.signal.removeEventListener('abort', stop)
    }
  }

  /** How long to wait after an attempt, and whether to list again. */
  const judge = (failure: { error: unknown } | undefined): number => {
    const wait = backoff.next({ aliveSince, failed: failure !== undefined })
    if (!failure) return wait
    const { error } = failure
    failures += 1
    const lost = error instanceof KubeFailure && !passing.has(error.reason)
    if (lost || failures >= failuresUntilRelist) version = undefined
    const reason = error instanceof KubeFailure ? error.reason : 'ConnectionLost'
    const asked = error instanceof KubeFailure ? (error.retryAfterSeconds ?? 0) * 1_000 : 0
    const waitMs = Math.round(Math.max(wait, asked))
    onInterruption?.(reason)
    log.warn(
      {
        err: error,
        resource: resource.plural,
        namespace: selection.namespace,
        reason,
        next: version === undefined ? 'list' : 'watch',
        wait_ms: waitMs,
      },
      'watch interrupted',
    )
    return waitMs
  }

  const run = async () => {
    while (!stopping.signal.aborted) {
      const failure = await attempt()
      if (stopping.signal.aborted) return
      await pause(clock, judge(failure), stopping.signal)
    }
  }

  const scheduleResync = () => {
    cancelResync = clock.after(resyncMs * (0.9 + random() * 0.2), () => {
      store.resync()
      scheduleResync()
    })
  }

  return {
    get: store.get,
    values: (): Iterable<Stored> => store.values(),
    size: (): number => store.size,
    /** Only after a whole list: before that, what is missing here may well exist. */
    hasSynced: (): boolean => synced,
    /** True once synced, false when stopped before. */
    whenSynced: (): Promise<boolean> => first.promise,
    /** Begins, once; after `stop` it does nothing. */
    start(): void {
      if (running || stopping.signal.aborted) return
      scheduleResync()
      running = run()
    },
    /** Ends for good: when it resolves no connection is open and no timer runs, and no change is told any more. */
    async stop(): Promise<void> {
      stopping.abort()
      cancelResync()
      first.resolve(false)
      await running
    },
  }
}
