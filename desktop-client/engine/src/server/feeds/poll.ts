import type { Log } from '@codelab/runtime/log'

const soonMs = 250

export type Poll = {
  /** Something may have changed: look soon. */
  touch(): void
  /** Looks now, and answers when that is done. */
  now(): Promise<void>
  close(): void
}

/** Looks again and again, never twice at once; `everyMs` is asked each time, undefined: only when touched. */
export function createPoll(parts: {
  readonly work: () => Promise<void>
  readonly everyMs: () => number | undefined
  readonly log: Log
  readonly what: string
}): Poll {
  const { work, everyMs, log, what } = parts
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  let again = false
  let closed = false

  const schedule = (ms: number | undefined) => {
    clearTimeout(timer)
    if (closed || ms === undefined) return
    timer = setTimeout(() => void look(), ms)
    timer.unref()
  }
  const look = async (): Promise<void> => {
    running ??= work()
      .catch((error: unknown) => log.debug({ err: error }, `${what} could not be read`))
      .finally(() => {
        running = undefined
        schedule(again ? soonMs : everyMs())
        again = false
      })
    await running
  }
  return {
    touch: () => {
      if (running) again = true
      else schedule(soonMs)
    },
    now: look,
    close: () => {
      closed = true
      clearTimeout(timer)
    },
  }
}
