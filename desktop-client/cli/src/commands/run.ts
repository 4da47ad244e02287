import { Failure } from '@codelab/runtime/failure'
import type { CallItem } from '@codelab/engine/conversation/state'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { type Approve, decideBy } from '../talk/decide-by.ts'
import { describeCall } from '../talk/describe-call.ts'
import type { SessionOptions } from '../talk/session.ts'
import { openTalk, type Talk } from '../talk/talk.ts'
import type { TurnEnd } from '../talk/turn-watch.ts'
import { createScreen, type Screen } from '../terminal/screen.ts'

export type RunOptions = SessionOptions & {
  readonly server?: string
  readonly model?: string
  readonly json?: boolean
  readonly approve: Approve
  /** Seconds. */
  readonly timeout?: number
}

const retryForMs = 120_000
const cancelPatienceMs = 5_000

/** What ends a run. */
type Stop =
  | { readonly why: 'turn'; readonly end: TurnEnd }
  | { readonly why: 'approval'; readonly call: CallItem }
  | { readonly why: 'interrupt' }
  | { readonly why: 'timeout' }

/** `codelab run`: one message, its turn, and an exit code that says how it went. */
export async function run(
  context: Context,
  message: string,
  options: RunOptions,
): Promise<ExitCode> {
  const { terminal, texts, style, interrupts } = context
  const account = await accountOf(context, options.server)
  const screen = createScreen(terminal, style, options.json)
  const stopped = Promise.withResolvers<Stop>()
  // It may be told before anybody waits for it.
  stopped.promise.catch(() => undefined)
  const interrupt = () => stopped.resolve({ why: 'interrupt' })
  let refused = false

  const decide = decideBy(context, {
    approve: options.approve,
    screen,
    canAsk: terminal.interactive && !options.json,
    onOpen: (call) => stopped.resolve({ why: 'approval', call }),
    onRefused: () => (refused = true),
    interrupt,
  })

  const release = interrupts.take(interrupt)
  const timer =
    options.timeout && setTimeout(() => stopped.resolve({ why: 'timeout' }), options.timeout * 1000)
  let talk: Talk | undefined
  try {
    talk = await openTalk(context, account, {
      ...options,
      screen,
      retryForMs,
      ...(options.json && { raw: (frame) => terminal.out.write(`${JSON.stringify(frame)}\n`) }),
      decide,
      onEnd: (end) =>
        stopped.reject(
          end === 'expired' ? new Failure('not_found', { message: texts.chat.expired }) : end,
        ),
    })
    talk
      .ask(message, options.model)
      .then((end) => stopped.resolve({ why: 'turn', end }), stopped.reject)
    const reason = await stopped.promise
    if (reason.why === 'interrupt' || reason.why === 'timeout') await cancel(context, talk, screen)
    return conclude(context, screen, reason, { refused, timeout: options.timeout ?? 0 })
  } finally {
    clearTimeout(timer)
    release()
    await talk?.close()
  }
}

/** Stops the turn; a second Ctrl-C or a silent server ends the wait. */
async function cancel(
  { interrupts, texts, style }: Context,
  talk: Talk,
  screen: Screen,
): Promise<void> {
  const patience = Promise.withResolvers<void>()
  const timer = setTimeout(patience.resolve, cancelPatienceMs)
  const release = interrupts.take(patience.resolve)
  screen.remark(style.dim(texts.turn.cancelling))
  await talk.cancel(patience.promise)
  clearTimeout(timer)
  release()
}

function conclude(
  { texts, style }: Context,
  screen: Screen,
  reason: Stop,
  { refused, timeout }: { refused: boolean; timeout: number },
): ExitCode {
  switch (reason.why) {
    case 'turn':
      if (reason.end.state === 'cancelled') return exitCodes.cancelled
      if (reason.end.state === 'failed' || !reason.end.answered) return exitCodes.failed
      return refused ? exitCodes.approval : exitCodes.ok
    case 'approval': {
      const { tool, callId, arguments: args } = reason.call
      screen.remark(style.yellow(texts.approve.needed(describeCall(tool, args), callId)))
      return exitCodes.approval
    }
    case 'interrupt':
      return exitCodes.cancelled
    case 'timeout':
      screen.remark(style.red(texts.turn.timedOut(timeout)))
      return exitCodes.timedOut
  }
}
