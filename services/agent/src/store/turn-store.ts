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
    async insert(turn: Turn) {
      await client.query({
        name: 'insert-turn',
        text: `insert into turn (id, session_id, message_id, state, content, model, language, replaces, message_seq, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
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
          turn.createdAt,
        ],
      })
    },
    async save(turn) {
      await client.query({
        name: 'save-turn',
        text: `update turn set state = $2, content = $3, start_seq = $4, end_seq = $5, steps = $6,
                 fail_code = $7, fail_message = $8, started_at = $9, ended_at = $10 where id = $1`,
        values: [
          turn.id,
          turn.state,
          turn.content,
          turn.startSeq,
          turn.endSeq,
          turn.steps,
          turn.failCode,
          turn.failMessage,
          turn.startedAt,
          turn.endedAt,
        ],
      })
    },
    async current() {
      const turn = await one('id = $2', [head.turnId])
      if (!turn) throw new Error('a session names a turn that is not there')
      return turn
    },
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
