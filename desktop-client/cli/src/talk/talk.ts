import { Failure } from '@codelab/runtime/failure'
import type { Account } from '@codelab/engine/account/account'
import type { ServerFrame } from '@codelab/contracts/frames'
import { newId } from '@codelab/engine/conversation/new-id'
import type { ConversationState } from '@codelab/engine/conversation/state'
import type { ConnectionState } from '@codelab/engine/gateway/session-socket'
import type { Context } from '../context.ts'
import type { Screen } from '../terminal/screen.ts'
import { createApprover, type Decide } from './approver.ts'
import { type OpenedSession, openSession, type SessionOptions } from './session.ts'
import { createTurnWatch, type TurnEnd, type TurnWatch } from './turn-watch.ts'
import { createView } from './view.ts'

export type Talk = {
  readonly session: OpenedSession
  /** Sends a message and waits for the end of its turn. */
  ask(message: string, model: string | undefined): Promise<TurnEnd>
  /** Tells the server to stop the turn; gives up waiting when `patience` ends. */
  cancel(patience: Promise<void>): Promise<void>
  close(): Promise<void>
}

export type TalkOptions = SessionOptions & {
  readonly screen: Screen
  /** How to decide about calls that need it; it may ask for what the session knows. */
  readonly decide: (session: OpenedSession) => Decide
  /** Instead of showing anything. */
  readonly raw?: (frame: ServerFrame) => void
  readonly retryForMs: number
  /** The conversation cannot go on. */
  readonly onEnd: (failure: Failure | 'expired') => void
  readonly onChange?: (state: ConversationState) => void
  /** Before a frame is shown. */
  readonly beforeFrame?: (frame: ServerFrame) => void
}

/** A session at the terminal: what comes is shown, what needs a decision is brought to it. */
export async function openTalk(
  context: Context,
  account: Account,
  options: TalkOptions,
): Promise<Talk> {
  const { terminal, texts, style } = context
  const { screen, raw } = options
  const watches = new Set<TurnWatch>()
  // Frames come before the session is handed over.
  const held: { session?: OpenedSession } = {}
  let live = false

  const view = createView({
    screen,
    style,
    texts,
    rich: terminal.rich,
    executes: () => held.session?.executes ?? true,
  })
  const approver = createApprover({
    decide: async (call, signal) =>
      held.session && (await options.decide(held.session)(call, signal)),
    send: async (callId, { decision, shown }) =>
      held.session ? await held.session.decide(callId, decision, shown) : 'late',
    onLate: () => screen.remark(style.yellow(texts.approve.late)),
    onRefused: (_, failure) => screen.remark(style.red(texts.approve.refused(failure.message))),
    onError: (error) =>
      options.onEnd(error instanceof Failure ? error : new Failure('internal', { cause: error })),
  })

  const onFrame = (frame: ServerFrame, state: ConversationState) => {
    if (raw) raw(frame)
    else if (live) {
      options.beforeFrame?.(frame)
      view.frame(frame)
    }
    for (const watch of watches) watch.note(frame)
    if (live) approver.consider(state)
    if (live) options.onChange?.(state)
  }

  const goLive = () => {
    if (live || !held.session) return
    live = true
    const state = held.session.state()
    if (!raw) view.begin(state)
    approver.consider(state)
    options.onChange?.(state)
  }

  let caughtUp = false
  const onConnection = (connection: ConnectionState) => {
    if (!raw) view.connection(connection)
    if (connection.state === 'open') {
      caughtUp = true
      goLive()
    }
    if (connection.state === 'expired') options.onEnd('expired')
    if (connection.state === 'ended' && connection.failure) options.onEnd(connection.failure)
  }

  const session = await openSession(context, account, {
    ...options,
    listener: {
      onFrame,
      onConnection,
      onReset: () => screen.remark(style.yellow(texts.turn.reset)),
    },
  })
  held.session = session
  if (caughtUp) goLive()

  return {
    session,
    ask: async (message, model) => {
      const id = newId()
      const watch = createTurnWatch(id)
      watches.add(watch)
      view.sent(id)
      try {
        await session.send(message, { id, ...(model && { model }) })
        return await watch.end
      } finally {
        watches.delete(watch)
      }
    },
    cancel: async (patience) => {
      approver.interrupt()
      await Promise.race([session.cancel().catch(() => undefined), patience])
    },
    close: async () => {
      approver.interrupt()
      view.quiet()
      await session.close()
    },
  }
}
