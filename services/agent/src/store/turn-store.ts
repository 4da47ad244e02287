import type pg from 'pg'
import type { Head, Turn, Work } from '../turn/work.ts'
import { turnOf } from './work-rows.ts'

/** Turns of one session inside its transaction. */
export function turnStore(client: pg.PoolClient, head: Head): Work['turns'] {
  const { sessionId } = head
  const one = async (condition: string, values: unknown[]) => {
    const { rows } = await client.query(
      `select * from turn where session_id = $1 and ${condition} limit 1`,
      [sessionId, ...values],
    )
    return rows[0] && turnOf(rows[0])
  }
  return {
    async save(turn: Turn) {
      await client.query({
        name: 'save-turn',
        text: `insert into turn (id, session_id, message_id, state, content, model, language, replaces, message_seq, start_seq,
                 end_seq, steps, fail_code, fail_message, created_at, started_at, ended_at, job_id)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
               on conflict (id) do update set state = excluded.state, content = excluded.content,
                 start_seq = excluded.start_seq, end_seq = excluded.end_seq, steps = excluded.steps,
                 fail_code = excluded.fail_code, fail_message = excluded.fail_message,
                 started_at = excluded.started_at, ended_at = excluded.ended_at`,
        values: [
          turn.id,
          sessionId,
          turn.messageId,
          turn.state,
          turn.content,
          turn.model,
          turn.language,
          turn.replaces,
          turn.messageSeq,
          turn.startSeq,
          turn.endSeq,
          turn.steps,
          turn.failCode,
          turn.failMessage,
          turn.createdAt,
          turn.startedAt,
          turn.endedAt,
          turn.jobId,
        ],
      })
    },
    async current() {
      const turn = await one('id = $2', [head.turnId])
      if (!turn) throw new Error('a session names a turn that is not there')
      return turn
    },
    byId: (id) => one('id = $2', [id]),
    byMessage: (messageId) => one('message_id = $2', [messageId]),
    nextQueued: () => one("state = 'queued' order by message_seq", []),
    async queuedFrom(messageSeq) {
      const { rows } = await client.query(
        `select * from turn where session_id = $1 and state = 'queued' and message_seq >= $2 order by message_seq`,
        [sessionId, messageSeq],
      )
      return rows.map(turnOf)
    },
  }
}
