export type Sight = 'new' | 'seen' | 'gap'

/** Where this client stands in a session's log, so that each frame is taken once and none is missed. */
export type Cursor = {
  /** The last `seq` taken; undefined before the first. */
  last(): number | undefined
  /** Judges a frame's `seq` and moves on when it is the next; without a position any frame is the next. */
  take(seq: number): Sight
  /** Jumps to a position; undefined means that whatever comes next is taken. */
  jump(seq: number | undefined): void
}

export function createCursor(start?: number): Cursor {
  let position = start
  return {
    last: () => position,
    take: (seq) => {
      if (position !== undefined && seq <= position) return 'seen'
      if (position !== undefined && seq > position + 1) return 'gap'
      position = seq
      return 'new'
    },
    jump: (seq) => {
      position = seq
    },
  }
}
