/**
 * The allocator of every process of the image, as its Dockerfile sets it. Of the memory that a burst took, glibc's keeps what lies between
 * pieces in use; this one gives it back after a second without it (docs/benchmarks/peers.md, "What was tried").
 */
export const allocator = {
  LD_PRELOAD: 'libjemalloc.so.2',
  MALLOC_CONF: 'background_thread:true,narenas:1,dirty_decay_ms:1000,muzzy_decay_ms:0',
} as const
