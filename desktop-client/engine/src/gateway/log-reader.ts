import type { ServerFrame } from '@codelab/contracts/frames'
import { createCursor, type Sight } from './cursor.ts'

type SessionFrame = Extract<ServerFrame, { type: 'session' }>

/** A replay that pauses this long has nothing more to say. */
const quietMs = 1_500

/** Reads a session's log over any number of connections: each frame once, and a word when all that had been said has been read. */
export type LogReader = {
  /** Where the next connection goes on. */
  after(): number | undefined
  /** A connection has said where the log stands. */
  begin(frame: SessionFrame): void
  /** Judges the `seq` of a frame; only a new one is to be handled. */
  take(seq: number): Sight
  /** A frame has been handled. */
  handled(): void
  /** The connection is gone. */
  lost(): void
}

export function createLogReader(options: {
  readonly after: number | undefined
  readonly onCaughtUp: () => void
  /** What was missed is no longer kept. */
  readonly onReset: () => void
}): LogReader {
  const { onCaughtUp, onReset } = options
  const cursor = createCursor(options.after)
  let reading = false
  let target = 0
  let quiet: NodeJS.Timeout | undefined

  const caughtUp = () => {
    clearTimeout(quiet)
    reading = false
    onCaughtUp()
  }
  const check = () => {
    if (!reading) return
    clearTimeout(quiet)
    if ((cursor.last() ?? 0) >= target) caughtUp()
    else quiet = setTimeout(caughtUp, quietMs)
  }
  /** An idle session has nothing to replay; a running turn begins wherever its first frame is. */
  const startOf = ({ state, last_seq }: SessionFrame) => (state === 'idle' ? last_seq : undefined)

  return {
    after: () => cursor.last(),
    begin: (frame) => {
      reading = true
      target = frame.last_seq
      const position = cursor.last()
      if (position === undefined) cursor.jump(startOf(frame))
      else if (!frame.resumed && position !== frame.last_seq) {
        cursor.jump(startOf(frame))
        onReset()
      }
      check()
    },
    take: (seq) => cursor.take(seq),
    handled: check,
    lost: () => {
      reading = false
      clearTimeout(quiet)
    },
  }
}
