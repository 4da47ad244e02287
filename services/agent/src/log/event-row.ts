import { z } from 'zod'
import type { LogFrame } from '@codelab/contracts/frames'
import type { Note } from '../turn/work.ts'

/** A stored row of a session's log: one frame, or a run of text pieces of one message. */
export type EventRow =
  | { kind: 'token'; seq: number; last_seq: number; message_id: string; body: string[] }
  | { kind: 'frame'; seq: number; last_seq: number; body: LogFrame; note?: Note | undefined }

/** Rows that are read from the log, told of, or kept waiting for a slow reader at once. */
export const pageRows = 200

const Positions = { seq: z.number(), last_seq: z.number() }
const frame = z.custom<LogFrame>((value) => typeof value === 'object' && value !== null)
const note = z.custom<Note>((value) => typeof value === 'object' && value !== null)

/** The form in which rows travel between processes. */
export const EventRows = z.array(
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('token'),
      ...Positions,
      message_id: z.string(),
      body: z.array(z.string()),
    }),
    z.object({ kind: z.literal('frame'), ...Positions, body: frame, note: note.optional() }),
  ]),
)

/** The frames of a row after a cursor, in order. */
export function framesOf(row: EventRow, after: number): LogFrame[] {
  if (row.kind === 'frame') return row.seq > after ? [row.body] : []
  const skipped = Math.max(0, after - row.seq + 1)
  return row.body.slice(skipped).map((token, index) => ({
    type: 'assistant_message',
    seq: row.seq + skipped + index,
    message_id: row.message_id,
    token,
    is_final: false,
  }))
}
