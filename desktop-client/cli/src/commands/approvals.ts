import type { z } from 'zod'
import type { PendingApproval } from '@codelab/contracts/sessions'
import { Failure } from '@codelab/runtime/failure'
import type { Account } from '@codelab/engine/account/account'
import { createConversation, type DecisionInput } from '@codelab/engine/conversation/conversation'
import { allPages, createRest } from '@codelab/engine/gateway/rest'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { describeCall } from '../talk/describe-call.ts'
import { editArguments } from '../talk/edit-arguments.ts'
import { visibleLine } from '../terminal/visible.ts'

type Common = { readonly server?: string }
type Pending = z.infer<typeof PendingApproval>

async function pendingOf(context: Context, account: Account): Promise<Pending[]> {
  const rest = createRest(account, context.language)
  try {
    return await Array.fromAsync(allPages((cursor) => rest.approvals(cursor)))
  } finally {
    await rest.close()
  }
}

/** `codelab approvals list`. */
export async function listApprovals(
  context: Context,
  options: Common & { json?: boolean },
): Promise<ExitCode> {
  const { terminal, texts, style } = context
  const pending = await pendingOf(context, await accountOf(context, options.server))
  for (const call of pending) {
    const when = new Date(call.created_at).toLocaleString()
    const line = [call.call_id, style.dim(when), describeCall(call.tool_name, call.arguments)]
    terminal.out.write(`${options.json ? JSON.stringify(call) : line.join('  ')}\n`)
  }
  if (pending.length === 0 && !options.json) terminal.err.write(`${texts.approvals.none}\n`)
  return exitCodes.ok
}

/** Makes a decision out of the call as it waits; undefined decides nothing. */
type Make = (call: Pending) => Promise<DecisionInput | undefined>

async function decide(
  context: Context,
  callId: string,
  options: Common,
  make: Make,
): Promise<ExitCode> {
  const { terminal, texts } = context
  const account = await accountOf(context, options.server)
  const call = (await pendingOf(context, account)).find((item) => item.call_id === callId)
  if (!call) {
    throw new Failure('not_found', { message: texts.approvals.unknown(visibleLine(callId)) })
  }
  const decision = await make(call)
  if (!decision) {
    terminal.err.write(`${texts.approvals.unchanged}\n`)
    return exitCodes.approval
  }
  const outcome = await send(context, account, call, decision)
  if (outcome === 'late') {
    terminal.err.write(`${texts.approvals.late}\n`)
    return exitCodes.failed
  }
  const { approved, rejected } = texts.approvals
  const text = decision.decision === 'reject' ? rejected : approved(call.session_id)
  terminal.err.write(`${text}\n`)
  return exitCodes.ok
}

/** Decides over the session's socket, as a viewer: nothing is executed here. */
async function send(
  { log, language }: Context,
  account: Account,
  call: Pending,
  decision: DecisionInput,
): Promise<'taken' | 'late'> {
  const ended = Promise.withResolvers<never>()
  const conversation = createConversation({
    account,
    log,
    language,
    sessionId: call.session_id,
    socket: { patienceMs: { first: 3_000, later: 30_000 } },
    onConnection: (state) => {
      if (state.state === 'expired') ended.resolve('late' as never)
      if (state.state === 'ended' && state.failure) ended.reject(state.failure)
    },
  })
  ended.promise.catch(() => undefined)
  try {
    return await Promise.race([
      conversation.decide(call.call_id, decision, call.arguments),
      ended.promise,
    ])
  } finally {
    conversation.close()
  }
}

/** `codelab approvals approve ID`. */
export const approve = (context: Context, id: string, options: Common): Promise<ExitCode> =>
  decide(context, id, options, async () => ({ decision: 'approve' }))

/** `codelab approvals reject ID --reason …`. */
export const reject = (
  context: Context,
  id: string,
  options: Common & { reason?: string },
): Promise<ExitCode> =>
  decide(context, id, options, async () => ({
    decision: 'reject',
    ...(options.reason && { feedback: options.reason }),
  }))

/** `codelab approvals edit ID`: the editor opens on the arguments; unchanged ones decide nothing. */
export const edit = (context: Context, id: string, options: Common): Promise<ExitCode> =>
  decide(context, id, options, async ({ tool_name: tool, arguments: args }) => {
    const edited = await editArguments(context.editor, tool, args)
    if (edited.kind === 'invalid') {
      throw new Failure('invalid_request', {
        message: context.texts.approve.invalid(edited.message),
      })
    }
    return edited.kind === 'edited'
      ? { decision: 'edit', modified_arguments: edited.arguments }
      : undefined
  })
