import type { Reply } from './reply.ts'

const remembered = 1000

/** Lets a fault with `times` happen for so many tries of the same request, and drops it from the next one. */
export function createAttempts() {
  const failures = new Map<string, number>()

  return {
    /** `key` tells whether two requests are tries of the same one. */
    settle(key: string, reply: Reply): Reply {
      const times = reply.fault?.times
      if (times === undefined) return reply
      const failed = failures.get(key) ?? 0
      failures.delete(key)
      if (failed >= times) return { ...reply, fault: undefined }
      failures.set(key, failed + 1)
      const [oldest] = failures.keys()
      if (failures.size > remembered && oldest !== undefined) failures.delete(oldest)
      return reply
    },
  }
}
