import { randomUUID } from 'node:crypto'
import type {
  EngineEvent,
  EngineEventType,
  engineEvents,
} from '@codelab/contracts/engine-ui/events'
import type { z } from 'zod'

const mostBytes = 16 * 1024 * 1024
const mostEvents = 50_000
/** Events of so many milliseconds travel together: nobody sees the difference, and a stream of tokens costs little. */
const togetherMs = 16

/** An event before it has its number. */
export type News = {
  [Type in EngineEventType]: { type: Type } & z.infer<(typeof engineEvents)[Type]>
}[EngineEventType]

/** What happened in this engine, numbered from 1: the newest is kept for pages that come back. */
export type EventLog = {
  /** Differs for each start of an engine. */
  readonly engine: string
  /** The number of the last event. */
  last(): number
  emit(news: News): void
  /** The events after a number as JSON texts; undefined when they are no longer kept, or never were. */
  since(n: number): readonly string[] | undefined
  /** Hands on events as JSON texts, some at a time, from now on. */
  listen(listener: (texts: readonly string[]) => void): () => void
  close(): void
}

export function createEventLog(): EventLog {
  const listeners = new Set<(texts: readonly string[]) => void>()
  let kept: string[] = []
  let bytes = 0
  let last = 0
  let waiting: string[] = []
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.length === 0) return
    const texts = waiting
    waiting = []
    for (const listener of listeners) listener(texts)
  }
  /** Half at a time, so that it is rarely done. */
  const trim = () => {
    if (bytes <= mostBytes && kept.length <= mostEvents) return
    let drop = 0
    while (drop < kept.length && (bytes > mostBytes / 2 || kept.length - drop > mostEvents / 2)) {
      bytes -= kept[drop]?.length ?? 0
      drop += 1
    }
    kept = kept.slice(drop)
  }

  return {
    engine: randomUUID(),
    last: () => last,
    emit: (news) => {
      last += 1
      const text = JSON.stringify({ n: last, ...news } satisfies EngineEvent | { n: number })
      kept.push(text)
      bytes += text.length
      trim()
      if (listeners.size === 0) return
      waiting.push(text)
      timer ??= setTimeout(flush, togetherMs)
    },
    since: (n) => {
      // Who asks has what waits in the answer: it must not come again.
      flush()
      const missed = last - n
      return missed >= 0 && missed <= kept.length ? kept.slice(kept.length - missed) : undefined
    },
    listen: (listener) => {
      flush()
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      clearTimeout(timer)
      listeners.clear()
    },
  }
}
