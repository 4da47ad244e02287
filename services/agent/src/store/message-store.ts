import type pg from 'pg'
import type { Head, Work } from '../turn/work.ts'

/** Messages and partial answers of one session inside its transaction. */
export function messageStore(
  client: pg.PoolClient,
  { sessionId, turnId }: Head,
): Pick<Work, 'partialMessage' | 'messageRole' | 'replaceFrom' | 'saveCompaction'> {
  return {
    async partialMessage() {
      const { rows } = await client.query<{ message_id: string; body: string[] }>(
        `select message_id, body from event
         where session_id = $1 and kind = 'token' and message_id = (
           select case when kind = 'token' then message_id end from event
           where session_id = $1 and kind in ('token', 'assistant_message', 'message_discarded')
           order by last_seq desc limit 1)
         order by last_seq`,
        [sessionId],
      )
      const messageId = rows[0]?.message_id
      if (messageId === undefined) return undefined
      return { messageId, text: rows.flatMap(({ body }) => body).join('') }
    },
    async messageRole(id) {
      const { rows } = await client.query<{ role: string }>(
        'select role from message where session_id = $1 and id = $2',
        [sessionId, id],
      )
      return rows[0]?.role
    },
    async replaceFrom(messageId) {
      await client.query(
        `with first as (
           select position from message where session_id = $1 and id = $2
         ), summaries as (
           delete from compaction where session_id = $1 and up_to >= (select position from first)
         )
         update message set replaced = true
         where session_id = $1 and not replaced and position >= (select position from first)`,
        [sessionId, messageId],
      )
    },
    async saveCompaction({ upTo, outcome, summary }) {
      await client.query(
        `insert into compaction (session_id, up_to, outcome, content, token_count, model, turn_id)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
        [
          sessionId,
          upTo,
          outcome,
          summary?.content ?? null,
          summary?.tokens ?? 0,
          summary?.model ?? null,
          turnId,
        ],
      )
    },
  }
}
