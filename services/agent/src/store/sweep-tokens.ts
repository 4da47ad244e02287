import type pg from 'pg'

/**
 * Removes pieces of text whose message ended before `before`; the final frames stay. A cursor older than `swept_seq` can no longer be
 * resumed. Works in bounded portions; answers how many rows went.
 */
export async function sweepTokens(pool: pg.Pool, before: Date): Promise<number> {
  const { rows } = await pool.query<{ removed: string }>(
    `with old as (
       select t.session_id, t.last_seq from event t
       where t.kind = 'token' and t.created_at < $1
         and exists (select 1 from event f
           where f.session_id = t.session_id and f.message_id = t.message_id
             and f.kind in ('assistant_message', 'message_discarded') and f.created_at < $1
             and f.last_seq > t.last_seq)
       limit 5000
     ), removed as (
       delete from event t using old where t.session_id = old.session_id and t.last_seq = old.last_seq
       returning t.session_id, t.last_seq
     ), swept as (
       update session_head h set swept_seq = greatest(h.swept_seq, r.last_seq)
       from (select session_id, max(last_seq) as last_seq from removed group by session_id) r
       where h.session_id = r.session_id
     )
     select count(*) as removed from removed`,
    [before],
  )
  return Number(rows[0]?.removed ?? 0)
}
