const most = 10_000

/** True for a key at most once in `milliseconds`; remembers a bounded number of keys. */
export function createOncePer(milliseconds: number, now: () => number) {
  const seen = new Map<string, number>()
  return (key: string): boolean => {
    const at = now()
    const before = seen.get(key)
    if (before !== undefined && at - before < milliseconds) return false
    seen.delete(key)
    seen.set(key, at)
    const [oldest] = seen.keys()
    if (seen.size > most && oldest !== undefined) seen.delete(oldest)
    return true
  }
}
