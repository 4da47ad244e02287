import { Failure } from '@codelab/runtime/failure'
import { dropTurn } from './drop-turn.ts'
import { refuseExpired } from './expiry.ts'
import type { Language } from './language.ts'
import { startTurn } from './start-turn.ts'
import { cleanText } from './text.ts'
import type { Turn, Work } from './work.ts'

export type IncomingMessage = {
  id?: string | undefined
  content: string
  model?: string | undefined
  replaces?: string | undefined
  language?: Language | undefined
  /** The task that this message is the goal of. */
  jobId?: string | undefined
}

const titleLength = 80
const titleOf = (content: string) =>
  content.trim().split('\n')[0]!.trim().slice(0, titleLength).toWellFormed() || null

/**
 * Stores a person's message and starts its turn, or leaves it waiting while another one runs. The same id twice is one message.
 * Throws `conflict` in an expired session, `not_found` when `replaces` names no message of this session.
 */
export async function acceptMessage(
  work: Work,
  message: IncomingMessage,
): Promise<{ message_id: string; seq: number; turn_id: string }> {
  const known = message.id === undefined ? undefined : await work.turns.byMessage(message.id)
  if (known) return { message_id: known.messageId, seq: known.messageSeq, turn_id: known.id }
  refuseExpired(work)
  const id = message.id ?? work.newId()
  if (message.id !== undefined && (await work.messageRole(id)) !== undefined) {
    throw new Failure('conflict', { message: `The id ${id} already names another message.` })
  }
  const replaced =
    message.replaces === undefined ? undefined : await replacedTurn(work, message.replaces)
  if (replaced?.state === 'queued') await dropQueuedFrom(work, replaced.messageSeq)

  const content = cleanText(message.content)
  const seq = work.emit({ type: 'user_message', id, content })
  const turn: Turn = {
    id: work.newId(),
    messageId: id,
    state: 'queued',
    content,
    model: message.model ?? null,
    language: message.language ?? work.head.language,
    // What waits has not entered the context, so nothing has to leave it later.
    replaces: replaced && replaced.state !== 'queued' ? replaced.messageId : null,
    messageSeq: seq,
    startSeq: null,
    endSeq: null,
    steps: 0,
    failCode: null,
    failMessage: null,
    jobId: message.jobId ?? null,
    createdAt: work.now,
    startedAt: null,
    endedAt: null,
  }
  work.head.title ??= titleOf(content)
  work.head.lastActivityAt = work.now
  await (work.head.turnId === null ? startTurn(work, turn) : work.turns.save(turn))
  return { message_id: id, seq, turn_id: turn.id }
}

async function replacedTurn(work: Work, messageId: string): Promise<Turn> {
  const turn = await work.turns.byMessage(messageId)
  if (turn) return turn
  throw new Failure('not_found', {
    message: `replaces: there is no message ${messageId} of yours in this session.`,
    field: 'replaces',
  })
}

/** Waiting messages are replaced at once; those already in the context are when the new message's turn starts. */
async function dropQueuedFrom(work: Work, messageSeq: number): Promise<void> {
  for (const turn of await work.turns.queuedFrom(messageSeq)) await dropTurn(work, turn)
}
