import type { ServerFrame } from '@codelab/contracts/frames'
import type { Message } from '@codelab/contracts/sessions'
import { Failure } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import { type Conversation, createConversation } from '../../conversation/conversation.ts'
import { itemsOf } from '../../conversation/history.ts'
import type { Sandbox } from '../../workspace/program/sandbox/sandbox.ts'
import type { JudgeHere } from '../../conversation/holds.ts'
import { openJournal } from '../../conversation/journal.ts'
import type { ConversationState, Item } from '../../conversation/state.ts'
import { EngineFailure } from '../../engine-failure.ts'
import type { ConnectionState } from '../../gateway/session-socket.ts'
import { openWorkspace, type Workspace } from '../../workspace/open-workspace.ts'
import type { Link } from '../account/link.ts'
import type { OpenProject } from '../projects/open-project.ts'

const firstPage = 100

/** A session that was joined: its conversation, and the folder in which its tools run here. */
export type Joined = {
  readonly conversation: Conversation
  /** Absent: this engine looks on and decides. */
  readonly workspace?: Workspace
  /** The `before` for the page of older messages. */
  older(): string | undefined
  leave(): Promise<void>
}

export type JoinOptions = {
  readonly link: Link
  readonly sessionId: string
  /** It is new: nothing was said yet. */
  readonly fresh: boolean
  /** Where its tools run; absent: elsewhere. */
  readonly project: OpenProject | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly language: string
  readonly log: Log
  readonly judge: JudgeHere
  readonly sandbox: Sandbox
  readonly onFrame: (frame: ServerFrame, state: ConversationState) => void
  readonly onReplaced: (messageId: string) => void
  readonly onReset: () => void
  readonly onConnection: (state: ConnectionState) => void
}

const missing = (sessionId: string, cause: unknown) =>
  new EngineFailure('not_found', 'session_missing', {
    message: `There is no session ${sessionId} of yours at this workspace.`,
    cause,
  })

/** Joins a session: reads what was said last, connects, and runs its tools in the project, if it has one here. */
export async function joinSession(options: JoinOptions): Promise<Joined> {
  const { link, sessionId, fresh, project, env, log } = options
  let older: string | undefined

  const read = async (): Promise<Message[]> => {
    try {
      const page = await link.rest.messages(sessionId, { limit: firstPage })
      older = page.next_cursor
      return page.items
    } catch (error) {
      if (error instanceof Failure && error.code === 'not_found') throw missing(sessionId, error)
      throw error
    }
  }
  const history: readonly Item[] = fresh ? [] : itemsOf(await read())

  const workspace =
    project &&
    (await openWorkspace(project.path, {
      log,
      env,
      sandbox: options.sandbox,
      changes: project.own,
      undo: { folder: link.bindings.undoFolder, sessionId },
    }))
  const conversation = createConversation({
    account: link.account,
    sessionId,
    history,
    log,
    language: options.language,
    judge: options.judge,
    reload: async () => itemsOf(await read()),
    onFrame: options.onFrame,
    onReplaced: options.onReplaced,
    onReset: options.onReset,
    onConnection: options.onConnection,
    socket: { patienceMs: { first: Number.POSITIVE_INFINITY, later: Number.POSITIVE_INFINITY } },
    ...(workspace && {
      tools: {
        execute: (tool, args, how) => workspace.execute(tool, args, how),
        journal: openJournal(link.bindings.journalOf(sessionId)),
      },
    }),
  })
  const stopTelling = project?.onChange((change) => conversation.fileChanged(change))
  return {
    conversation,
    ...(workspace && { workspace }),
    older: () => older,
    leave: async () => {
      stopTelling?.()
      conversation.close()
      await workspace?.close()
    },
  }
}
