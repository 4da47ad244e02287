/** How Node runs in a workspace's containers: with a young generation of at most 16 MiB a side, so that a burst leaves less behind. */
export const nodeFlags: readonly string[] = ['--max-semi-space-size=16']

/** One heap of the C library for all threads: each further one keeps what a burst took from it. */
export const allocatorVariables = { MALLOC_ARENA_MAX: '1' } as const
