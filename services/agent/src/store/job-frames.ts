import type { LogFrame } from '@codelab/contracts/frames'
import type { EventRow } from '../log/event-row.ts'

/**
 * CTEs that give each changed job (`changed`: id, session_id, kind, state, progress, note) its `job` frame in the log of its session;
 * `written` has id, session_id, seq and body. The rows of `session_head` must be locked already; `touch` sets more of them.
 */
export const tellChanged = (touch = '') => `
  placed as (
    select c.*, row_number() over (partition by session_id order by id) as place, count(*) over (partition by session_id) as frames
    from changed c
  ), moved as (
    update session_head h set last_seq = h.last_seq + p.frames ${touch}
    from (select distinct session_id, frames from placed) p where h.session_id = p.session_id
    returning h.session_id, h.last_seq - p.frames as before
  ), written as (
    select p.id, p.session_id, m.before + p.place as seq,
      json_strip_nulls(json_build_object('type', 'job', 'seq', m.before + p.place, 'job_id', p.id, 'kind', p.kind,
        'state', p.state, 'progress', p.progress, 'note', p.note)) as body
    from placed p join moved m using (session_id)
  ), told as (
    insert into event (session_id, seq, last_seq, kind, body) select session_id, seq, seq, 'job', body from written
  )`

export type WrittenRow = { session_id: string; seq: string; body: LogFrame & { type: 'job' } }
/** Committed frames by session, to be published to its streams. */
export type FramesBySession = Map<string, EventRow[]>

export function framesBySession(written: readonly WrittenRow[]): FramesBySession {
  const frames: FramesBySession = new Map()
  for (const { session_id, seq, body } of written) {
    const at = Number(seq)
    const row: EventRow = { kind: 'frame', seq: at, last_seq: at, body }
    const known = frames.get(session_id)
    if (known) known.push(row)
    else frames.set(session_id, [row])
  }
  for (const rows of frames.values()) rows.sort((a, b) => a.seq - b.seq)
  return frames
}
