/**
 * How Node runs in a workspace's containers. A young generation of at most 16 MiB a side, so that a burst leaves less behind. And what is
 * made for a request begins in it, always: V8 learns from answers that take seconds to put such things into the old generation at once,
 * where those of short answers then keep each other until a full collection (docs/benchmarks/peers.md, "What was tried"). In a pause of
 * seconds V8's memory reducer collects as ever, but does not drop the code of requests to come: a service does that itself after minutes
 * of calm (`collectWhenCalm`).
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=16',
  '--no-allocation-site-pretenuring',
  '--no-memory-reducer-favors-memory',
]

/**
 * How Node runs one program of the image. llm-proxy's young generation begins at its 16 MiB instead of growing to them: V8 grows it only
 * for what survives, in some processes never, and of answers that leave nothing behind one in a hundred then waits for a collection.
 */
export const nodeFlagsOf = (program: string): readonly string[] =>
  program === 'llm-proxy' ? [...nodeFlags, '--min-semi-space-size=16'] : nodeFlags

/** For images that have glibc's allocator, as ours had before: one heap for all threads, since each further one keeps what a burst took from it. */
export const allocatorVariables = { MALLOC_ARENA_MAX: '1' } as const
