/** The ends of a session's log: its last frame, the last one whose text pieces are no longer kept, and the first of the running turn or of a call that waits for a client. */
export type LogBounds = {
  lastSeq: number
  sweptSeq: number
  turnSeq: number | undefined
}

/** Where a stream begins for a client that has seen everything up to `after`; `resumed` is false when that can no longer be continued. */
export function streamBegin(
  { lastSeq, sweptSeq, turnSeq }: LogBounds,
  after: number | undefined,
): { stream_after: number; resumed: boolean } {
  const fresh = turnSeq === undefined ? lastSeq : turnSeq - 1
  if (after === undefined) return { stream_after: fresh, resumed: true }
  if (after > lastSeq || after < sweptSeq) return { stream_after: fresh, resumed: false }
  return { stream_after: after, resumed: true }
}
