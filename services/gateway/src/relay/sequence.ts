import type { RelayedEvent } from './event-splitter.ts'

/** Remembers the last `seq` passed on over all the streams of one reader, drops what comes twice and notices what is missing. */
export function createSequence(after: number) {
  let last = after
  let first = true
  let gapsInRow = 0

  /** A gap right after opening, twice at the same place, is how the log is: older frames are no longer kept. */
  const isGap = (seq: number): boolean => seq > last + 1 && !(first && gapsInRow >= 2)

  return {
    last: () => last,
    /** A new stream begins after `last()`. */
    restart(): void {
      first = true
    },
    /** The events to pass on; `gap` says that one is missing after them, so the stream has to be opened again. */
    next(events: readonly RelayedEvent[]): { events: readonly RelayedEvent[]; gap: boolean } {
      const passed: RelayedEvent[] = []
      for (const event of events) {
        if (event.seq !== undefined) {
          if (event.seq <= last) continue
          if (isGap(event.seq)) {
            gapsInRow += 1
            return { events: passed, gap: true }
          }
          last = event.seq
          first = false
          gapsInRow = 0
        }
        passed.push(event)
      }
      return { events: passed, gap: false }
    },
  }
}
