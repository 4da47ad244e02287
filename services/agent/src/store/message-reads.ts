import type { EntityDTO, InferEntity } from '@mikro-orm/postgresql'
import type { Message } from '@codelab/contracts/sessions'
import type { MessageFinish } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import { MessageRow, TurnRow } from './entities.ts'
import type { Orm } from './orm.ts'

type Row = InferEntity<typeof MessageRow>
type Waiting = EntityDTO<InferEntity<typeof TurnRow>> | InferEntity<typeof TurnRow>

/** A page of a session's messages, oldest first; the newest page also holds those whose turn has not started. */
export async function readMessages(
  orm: Orm,
  sessionId: string,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<{ items: Message[]; next_cursor?: string }> {
  const em = orm.em.fork()
  const edge =
    before === undefined ? undefined : await em.findOne(MessageRow, { sessionId, id: before })
  if (edge === null) {
    throw new Failure('invalid_request', {
      message: `before: there is no message ${before} in this session.`,
      field: 'before',
    })
  }
  const rows = await em.find(
    MessageRow,
    { sessionId, ...(edge && { position: { $lt: edge.position } }) },
    { orderBy: { position: 'desc' }, limit: limit + 1 },
  )
  const waiting = edge
    ? []
    : await em.find(TurnRow, { sessionId, state: 'queued' }, { orderBy: { messageSeq: 'asc' } })
  const shown = rows.slice(0, limit).toReversed()
  const items = [...shown.map(messageOf), ...waiting.map(waitingMessage)].slice(-limit)
  const first = items[0]
  const more = rows.length > limit || items.length < shown.length + waiting.length
  return { items, ...(more && first && { next_cursor: first.id }) }
}

const messageOf = (row: Row): Message => ({
  id: row.id,
  role: row.role,
  content: row.fullContent ?? row.content,
  created_at: row.createdAt.toISOString(),
  ...(row.turnId && { turn_id: row.turnId }),
  ...(row.callId && { call_id: row.callId }),
  ...(row.toolCalls && { tool_calls: row.toolCalls }),
  ...(row.model && { model: row.model }),
  ...(row.finishReason && { finish_reason: row.finishReason as MessageFinish }),
  ...(row.usage && { usage: row.usage }),
  ...(row.replaced && { replaced: true }),
})

const waitingMessage = (turn: Waiting): Message => ({
  id: turn.messageId,
  role: 'user',
  content: turn.content ?? '',
  created_at: new Date(turn.createdAt).toISOString(),
  turn_id: turn.id,
})
