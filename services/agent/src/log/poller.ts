import type { Log } from '@codelab/runtime/log'
import type { Bus } from './bus.ts'

type Parts = {
  bus: Bus
  /** The end of each session's log; a session that is gone has none. */
  ends: (sessionIds: string[]) => Promise<Map<string, number>>
  log: Log
  /** While Redis is away, and for a while after a row came that nobody had told of. */
  fastMs?: number
  slowMs?: number
}

/**
 * Looks at the logs of all open streams in one statement: often while Redis is away, now and then otherwise. Streams that are new to Redis
 * are looked at at once, those of a crowd together.
 */
export function createPoller({ bus, ends, log, fastMs = 250, slowMs = 3_000 }: Parts) {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let failing = false

  const poll = async () => {
    const sessionIds = bus.sessions()
    if (sessionIds.length === 0) return
    try {
      const found = await ends(sessionIds)
      failing = false
      for (const id of sessionIds) bus.look(id, found.get(id))
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'streams cannot look into the log')
      failing = true
    }
  }
  let missed = new Set<string>()
  let looking = false
  const lookAtMissed = async () => {
    while (missed.size > 0) {
      const sessionIds = [...missed]
      missed = new Set()
      const found = await ends(sessionIds).catch(() => undefined)
      for (const id of sessionIds) bus.look(id, found?.get(id))
    }
    looking = false
  }
  bus.onMissed((sessionIds) => {
    for (const id of sessionIds) missed.add(id)
    if (looking) return
    looking = true
    void lookAtMissed()
  })
  let last = performance.now()
  const tick = async () => {
    const due = bus.healthy() && !failing ? slowMs : fastMs
    if (performance.now() - last >= due) {
      await poll()
      last = performance.now()
    }
    if (!stopped) timer = setTimeout(() => void tick(), fastMs)
  }
  timer = setTimeout(() => void tick(), fastMs)

  return {
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}
