import type { Options } from './request.ts'
import type { Writes } from './writes.ts'

/** Thrown in place of a write by a process that does not lead (any more). */
export class NotLeading extends Error {
  override readonly name = 'NotLeading'
  constructor() {
    super('this process does not hold the lease, so it writes nothing')
  }
}

/** Whether this process leads at this very instant, and a signal that is aborted when it no longer does. */
export type Leadership = {
  readonly isLeading: () => boolean
  readonly ended: AbortSignal
}

/** A gate that only a leader passes, and that can be waited on until the last write has left it. */
export function createFence({ isLeading, ended }: Leadership) {
  const under = new Set<Promise<unknown>>()
  const guard = () => {
    if (!isLeading()) throw new NotLeading()
  }
  return {
    /** Runs a write with options that stop it when leadership ends, until its first byte leaves; throws `NotLeading` then, and when there is none. */
    async pass<Result>(
      write: (options: Options) => Promise<Result>,
      signal?: AbortSignal,
    ): Promise<Result> {
      guard()
      const control = new AbortController()
      const lose = () => control.abort(new NotLeading())
      const follow = () => control.abort(signal!.reason)
      ended.addEventListener('abort', lose)
      signal?.addEventListener('abort', follow)
      if (signal?.aborted) follow()
      const running = write({ signal: control.signal, guard })
      under.add(running)
      try {
        return await running
      } finally {
        under.delete(running)
        ended.removeEventListener('abort', lose)
        signal?.removeEventListener('abort', follow)
      }
    },
    /** Resolves when no write is under way. */
    async idle(): Promise<void> {
      while (under.size > 0) await Promise.allSettled(under)
    },
  }
}

export type Fence = ReturnType<typeof createFence>

/** The same verbs, each through the fence: a process that does not lead cannot write with these. */
export function fencedWrites(writes: Writes, fence: Fence): Writes {
  return {
    create: (object, given) =>
      fence.pass((options) => writes.create(object, options), given?.signal),
    replace: (object, given) =>
      fence.pass((options) => writes.replace(object, options), given?.signal),
    apply: (object, given) =>
      fence.pass(
        (options) => writes.apply(object, { ...options, manager: given?.manager }),
        given?.signal,
      ),
    applyStatus: (object, given) =>
      fence.pass((options) => writes.applyStatus(object, options), given?.signal),
    patch: (resource, key, { signal, patch }) =>
      fence.pass((options) => writes.patch(resource, key, { ...options, patch }), signal),
    delete: (resource, key, { signal, ...which }) =>
      fence.pass((options) => writes.delete(resource, key, { ...options, ...which }), signal),
  }
}
