const atMostEveryMs = 200

/**
 * Tells progress at most a few times a second: the first at once, of those that come too soon the last. `end` forgets what was not
 * told yet, because the end says more.
 */
export function createProgress(tell: (progress: number, note: string | undefined) => void) {
  let timer: NodeJS.Timeout | undefined
  let latest: { progress: number; note: string | undefined } | undefined
  const next = () => {
    timer = undefined
    if (!latest) return
    tell(latest.progress, latest.note)
    latest = undefined
    timer = setTimeout(next, atMostEveryMs)
  }
  return {
    report(progress: number, note?: string) {
      latest = { progress: Math.min(Math.max(progress, 0), 1), note: note ?? latest?.note }
      if (!timer) next()
    },
    end() {
      clearTimeout(timer)
      latest = undefined
    },
  }
}
