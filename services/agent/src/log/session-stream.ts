import type { LogFrame, SessionState } from '@codelab/contracts/frames'
import type { Bus } from './bus.ts'
import { framesOf, pageRows, type EventRow } from './event-row.ts'
import { advance, type Progress, stateOf } from './session-state.ts'
import type { Note } from '../turn/work.ts'

export type Sink = {
  frame(frame: LogFrame): Promise<void>
  status(state: SessionState): Promise<void>
  error(note: Note): Promise<void>
  readonly signal: AbortSignal
}

type Parts = {
  bus: Bus
  read: (sessionId: string, after: number, limit: number) => Promise<EventRow[]>
  /** False when the session is gone. */
  exists: (sessionId: string) => Promise<boolean>
}

type Following = {
  sessionId: string
  after: number
  /** What runs and waits after the frame `progress.seq`; the stream's own from here on. */
  progress: Progress
  /** True for the turn whose last frame ends the stream. */
  endsWith?: ((turnId: string) => boolean) | undefined
  sink: Sink
}

/**
 * Sends a session's frames after a cursor, each once and in order, then new ones as they are committed, until the reader goes,
 * the turn ends or the session is deleted. Rows that were heard are sent at once; a gap, silence or a slow reader reads the log.
 */
export async function followSession(
  { bus, read, exists }: Parts,
  { sessionId, after, progress, endsWith, sink }: Following,
): Promise<void> {
  let cursor = after
  let told = progress.seq > after ? undefined : stateOf(progress)
  let heard: EventRow[] = []
  let mustLook = true
  /** Whoever reads a session's progress has seen that it is there. */
  let isKnown = true
  let wake: () => void = () => undefined

  const unsubscribe = bus.subscribe(sessionId, {
    rows(rows) {
      if (heard.length > pageRows) {
        heard = []
        mustLook = true
      }
      if (!mustLook) heard.push(...rows)
      wake()
    },
    look(lastSeq) {
      if (lastSeq !== undefined && lastSeq <= cursor) return
      mustLook = true
      wake()
    },
  })
  const stopped = () => wake()
  sink.signal.addEventListener('abort', stopped)

  const sendRow = async (row: EventRow): Promise<boolean> => {
    for (const frame of framesOf(row, cursor)) {
      if (sink.signal.aborted) return true
      await sink.frame(frame)
      cursor = frame.seq
      advance(progress, frame)
      if (row.kind === 'frame' && row.note) await sink.error(row.note)
      if (frame.type === 'turn' && frame.state !== 'started' && endsWith?.(frame.turn_id)) {
        return true
      }
    }
    return false
  }
  const tellState = async () => {
    const state = stateOf(progress)
    if (state === told || cursor < progress.seq) return
    told = state
    await sink.status(state)
  }
  /** The next rows in order, out of what was heard or out of the log. */
  const nextRows = async (): Promise<EventRow[]> => {
    if (!mustLook) {
      const rows = heard.filter((row) => row.last_seq > cursor)
      heard = []
      if (rows.length === 0 || isGapFree(rows, cursor)) return rows
    }
    mustLook = false
    heard = []
    try {
      const rows = await read(sessionId, cursor, pageRows)
      if (rows.length === pageRows) mustLook = true
      return rows
    } catch {
      // The log cannot be read right now: the reader stays, nothing is lost.
      mustLook = true
      await pause(sink.signal)
      return []
    }
  }

  try {
    while (!sink.signal.aborted) {
      const looked = mustLook
      const rows = await nextRows()
      for (const row of rows) if (await sendRow(row)) return
      if (mustLook || heard.length > 0) continue
      await tellState()
      const isDoubtful = looked && rows.length === 0 && !isKnown
      isKnown = false
      if (isDoubtful && !(await exists(sessionId).catch(() => true))) return
      if (mustLook || heard.length > 0 || sink.signal.aborted) continue
      await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    unsubscribe()
    sink.signal.removeEventListener('abort', stopped)
  }
}

const retryMs = 250

/** A while, or less when the reader goes. */
const pause = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, retryMs)
    signal.addEventListener('abort', done)
  })

function isGapFree(rows: readonly EventRow[], cursor: number): boolean {
  let expected = cursor + 1
  for (const row of rows) {
    if (row.seq > expected) return false
    expected = row.last_seq + 1
  }
  return true
}
