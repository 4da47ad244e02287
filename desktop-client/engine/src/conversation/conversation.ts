import { type ClientFrame, limits, type ServerFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import type { Account } from '../account/account.ts'
import {
  cancelPosting,
  decisionPosting,
  fileChangePosting,
  messagePosting,
} from '../gateway/postings.ts'
import {
  type ConnectionState,
  createSessionSocket,
  type SessionSocketOptions,
} from '../gateway/session-socket.ts'
import { EngineFailure } from '../engine-failure.ts'
import { createHolds, type JudgeHere } from './holds.ts'
import { judgeHere } from './machine-rules.ts'
import { newId } from './new-id.ts'
import { reduce } from './reduce.ts'
import { withoutFrom } from './replace.ts'
import { createRunner, type RunnerOptions } from './runner.ts'
import { createShown } from './shown.ts'
import { type ConversationState, emptyConversation, isBusy, type Item } from './state.ts'

type Frame<Type extends ClientFrame['type']> = Extract<ClientFrame, { type: Type }>
export type FileChanged = Omit<Frame<'file_changed'>, 'type'>
export type DecisionInput = Omit<Frame<'hitl_decision'>, 'type' | 'call_id'>

export type Conversation = {
  state(): ConversationState
  /** Resolves with the message's id when the server has stored it. */
  send(
    content: string,
    options?: {
      model?: string | undefined
      id?: string | undefined
      /** An earlier message: it and all after it leave the conversation. */
      replaces?: string | undefined
    },
  ): Promise<string>
  /** `shown`: the arguments that the person saw. Answers `late` when somebody else was first. */
  decide(
    callId: string,
    decision: DecisionInput,
    shown: Readonly<Record<string, unknown>>,
  ): Promise<'taken' | 'late'>
  /** True for a call that the workspace let pass and a rule of this machine holds back. */
  isHeld(callId: string): boolean
  /** Resolves when the turn has ended. Nothing to do when none runs. */
  cancel(): Promise<void>
  fileChanged(change: FileChanged): void
  /** Connects now instead of after the pause. */
  reconnect(): void
  close(): void
}

export type ConversationOptions = {
  readonly account: Pick<Account, 'server' | 'token'>
  readonly sessionId: string
  readonly history?: readonly Item[]
  readonly language?: string
  readonly log: Log
  /** Absent: this client only looks on and decides (`role=viewer`). */
  readonly tools?: Pick<RunnerOptions, 'execute' | 'journal'>
  /** The rules of this machine, which may only make the workspace's stricter. */
  readonly judge?: JudgeHere
  /** Before the echo of a message that replaces another. */
  readonly onReplaced?: (messageId: string) => void
  /** After each frame, with the state that it led to. */
  readonly onFrame?: (frame: ServerFrame, state: ConversationState) => void
  readonly onConnection?: (state: ConnectionState) => void
  /** What was missed is no longer kept by the server: answer with the stored messages. */
  readonly reload?: () => Promise<readonly Item[]>
  readonly onReset?: () => void
  readonly socket?: Pick<
    SessionSocketOptions,
    'patienceMs' | 'heartbeat' | 'random' | 'now' | 'after'
  >
}

function checkSize(frame: ClientFrame): void {
  if (Buffer.byteLength(JSON.stringify(frame)) <= limits.frame_bytes) return
  throw new Failure('payload_too_large', {
    message: `This is larger than ${limits.frame_bytes} bytes, the most that one frame may carry.`,
  })
}

/** One conversation with the agent: what has been said, and this machine's part in it. */
export function createConversation(options: ConversationOptions): Conversation {
  const { log, onFrame = () => undefined, onConnection = () => undefined } = options
  let state: ConversationState = { ...emptyConversation, items: options.history ?? [] }
  const shown = createShown()
  const holds = createHolds(options.judge ?? ((tool, args) => judgeHere([], tool, args)))
  const replacing = new Map<string, string>()
  const runner =
    options.tools &&
    createRunner({
      ...options.tools,
      shown,
      refusal: (callId, tool, args) => holds.refusalOf(callId, tool, args),
      log,
      post: (posting) => socket.post(posting),
    })

  const reload = async () => {
    const items = await options.reload?.()
    if (items) state = { ...state, items }
    options.onReset?.()
  }

  const replace = (frame: ServerFrame) => {
    const replaced = frame.type === 'user_message' ? replacing.get(frame.id) : undefined
    if (replaced === undefined || frame.type !== 'user_message') return
    replacing.delete(frame.id)
    state = { ...state, items: withoutFrom(state.items, replaced) }
    options.onReplaced?.(replaced)
  }

  const take = (frame: ServerFrame) => {
    replace(frame)
    state = reduce(state, frame)
    runner?.note(frame)
    onFrame(frame, state)
  }

  /** Who only looks on executes nothing, so nothing is held back there. */
  const screen = (frame: ServerFrame) => (runner ? holds.screen(frame) : frame)

  /** A decision about a call that this machine alone holds back: the workspace has let it pass before. */
  const decideHere = (callId: string, decision: DecisionInput, args: unknown): 'taken' | 'late' => {
    if (decision.decision === 'edit')
      throw new EngineFailure('conflict', 'not_editable', {
        message: 'This call waits for a rule of this machine: approve it as it is, or reject it.',
      })
    const approves = decision.decision === 'approve'
    if (approves) shown.approved(callId, args)
    const frame = approves ? holds.release(callId) : holds.refuse(callId, decision.feedback)
    if (frame) take(frame)
    return frame ? 'taken' : 'late'
  }

  const socket = createSessionSocket({
    ...options.socket,
    account: options.account,
    sessionId: options.sessionId,
    viewer: !options.tools,
    ...(options.language && { language: options.language }),
    onFrame: (frame) => take(screen(frame)),
    onCaughtUp: () => runner?.start(),
    onReset: () => {
      reload().catch((error: unknown) => log.error({ err: error }, 'messages could not be read'))
    },
    onConnection: (connection) => {
      if (connection.state === 'ended' || connection.state === 'expired') runner?.stop()
      onConnection(connection)
    },
  })

  return {
    state: () => state,
    send: async (content, { model, id = newId(), replaces } = {}) => {
      if (content.length === 0 || content.length > limits.message_chars) {
        throw new Failure('invalid_request', {
          message: `A message has 1 to ${limits.message_chars} characters; this one has ${content.length}.`,
        })
      }
      const choice = { ...(model && { model }), ...(replaces && { replaces }) }
      const frame = { type: 'user_message' as const, content, id, ...choice }
      if (replaces) replacing.set(id, replaces)
      await socket.post(messagePosting(frame)).finally(() => replacing.delete(id))
      return id
    },
    decide: async (callId, decision, args) => {
      if (holds.isHeld(callId)) return decideHere(callId, decision, args)
      const frame = { type: 'hitl_decision' as const, call_id: callId, ...decision }
      checkSize(frame)
      if (decision.decision !== 'reject') {
        shown.approved(callId, decision.modified_arguments ?? args)
        holds.approvedHere(callId)
      }
      return await socket.post(decisionPosting(frame))
    },
    isHeld: (callId) => holds.isHeld(callId),
    cancel: async () => {
      if (isBusy(state)) await socket.post(cancelPosting())
    },
    fileChanged: (change) => {
      socket
        .post(fileChangePosting({ type: 'file_changed', ...change }))
        .catch((error: unknown) => log.debug({ err: error }, 'file change was not delivered'))
    },
    reconnect: () => socket.retry(),
    close: () => {
      runner?.stop()
      socket.close()
    },
  }
}
