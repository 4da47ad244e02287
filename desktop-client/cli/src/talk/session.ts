import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ServerFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import type { Account } from '@codelab/engine/account/account'
import { createBindings } from '@codelab/engine/conversation/bindings'
import { newId } from '@codelab/engine/conversation/new-id'
import {
  type OpenedConversation,
  openConversation,
} from '@codelab/engine/conversation/open-conversation'
import type { ConversationState } from '@codelab/engine/conversation/state'
import { judgeHere } from '@codelab/engine/conversation/machine-rules'
import { createRest } from '@codelab/engine/gateway/rest'
import { sandboxOf } from '@codelab/engine/settings/settings-file'
import { watchSettings } from '@codelab/engine/settings/watch-settings'
import { createSandbox } from '@codelab/engine/workspace/program/sandbox/sandbox'
import type { ConnectionState } from '@codelab/engine/gateway/session-socket'
import type { Context } from '../context.ts'

export type SessionOptions = {
  readonly project?: string | undefined
  readonly session?: string | undefined
  readonly here?: boolean | undefined
}

export type Listener = {
  readonly onFrame: (frame: ServerFrame, state: ConversationState) => void
  readonly onConnection: (state: ConnectionState) => void
  readonly onReset: () => void
}

export type OpenedSession = OpenedConversation & { readonly id: string; readonly folder: string }

/** The project folder in absolute form; it must exist. */
export async function projectFolder(context: Context, named: string | undefined): Promise<string> {
  const folder = resolve(named ?? '.')
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return folder
  throw new Failure('invalid_request', { message: context.texts.failure.noFolder(folder) })
}

/** Opens a session in a project folder with a person's account; without a session, a new one. */
export async function openSession(
  context: Context,
  account: Account,
  options: SessionOptions & { readonly listener: Listener; readonly retryForMs: number },
): Promise<OpenedSession> {
  const folder = await projectFolder(context, options.project)
  const bindings = createBindings(context.home.folder, account.server)
  const settings = await watchSettings({ home: context.home.folder, log: context.log })
  const rest = createRest(account, context.language)
  const id = options.session ?? newId()
  const conversation = await openConversation({
    account,
    rest,
    bindings,
    folder,
    env: context.env,
    sandbox: createSandbox(async () => sandboxOf(settings.current().settings)),
    judge: (tool, args) => judgeHere(settings.current().settings.approval_rules, tool, args),
    sessionId: id,
    resume: options.session !== undefined,
    rebind: options.here === true,
    language: context.language,
    log: context.log,
    socket: { patienceMs: { first: 3_000, later: options.retryForMs } },
    ...options.listener,
  })
  return {
    ...conversation,
    id,
    folder,
    close: async () => {
      await conversation.close()
      settings.close()
      await rest.close()
    },
  }
}
