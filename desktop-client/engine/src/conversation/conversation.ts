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
import { newId } from './new-id.ts'
import { reduce } from './reduce.ts'
import { createRunner, type RunnerOptions } from './runner.ts'
import { createShown } from './shown.ts'
import { type ConversationState, emptyConversation, isBusy, type Item } from './state.ts'

type Frame<Type extends ClientFrame['type']> = Extract<ClientFrame, { type: Type }>
export type FileChanged = Omit<Frame<'file_changed'>, 'type'>
export type DecisionInput = Omit<Frame<'hitl_decision'>, 'type' | 'call_id'>

export type Conversation = {
  state(): ConversationState
  /** Resolves with the message's id when the server has stored it. */
  send(content: string, options?: { model?: string; id?: string }): Promise<string>
  /** `shown`: the arguments that the person saw. Answers `late` when somebody else was first. */
  decide(
    callId: string,
    decision: DecisionInput,
    shown: Readonly<Record<string, unknown>>,
  ): Promise<'taken' | 'late'>
  /** Resolves when the turn has ended. Nothing to do when none runs. */
  cancel(): Promise<void>
  fileChanged(change: FileChanged): void
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
  const runner =
    options.tools &&
    createRunner({
      ...options.tools,
      shown,
      log,
      post: (posting) => socket.post(posting),
    })

  const reload = async () => {
    const items = await options.reload?.()
    if (items) state = { ...state, items }
    options.onReset?.()
  }

  const socket = createSessionSocket({
    ...options.socket,
    account: options.account,
    sessionId: options.sessionId,
    viewer: !options.tools,
    ...(options.language && { language: options.language }),
    onFrame: (frame) => {
      state = reduce(state, frame)
      runner?.note(frame)
      onFrame(frame, state)
    },
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
    send: async (content, { model, id = newId() } = {}) => {
      if (content.length === 0 || content.length > limits.message_chars) {
        throw new Failure('invalid_request', {
          message: `A message has 1 to ${limits.message_chars} characters; this one has ${content.length}.`,
        })
      }
      const frame = { type: 'user_message' as const, content, id, ...(model && { model }) }
      await socket.post(messagePosting(frame))
      return id
    },
    decide: async (callId, decision, args) => {
      const frame = { type: 'hitl_decision' as const, call_id: callId, ...decision }
      checkSize(frame)
      if (decision.decision !== 'reject')
        shown.approved(callId, decision.modified_arguments ?? args)
      return await socket.post(decisionPosting(frame))
    },
    cancel: async () => {
      if (isBusy(state)) await socket.post(cancelPosting())
    },
    fileChanged: (change) => {
      socket
        .post(fileChangePosting({ type: 'file_changed', ...change }))
        .catch((error: unknown) => log.debug({ err: error }, 'file change was not delivered'))
    },
    close: () => {
      runner?.stop()
      socket.close()
    },
  }
}
