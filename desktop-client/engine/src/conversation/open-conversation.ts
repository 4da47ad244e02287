import { realpath } from 'node:fs/promises'
import type { Message } from '@codelab/contracts/sessions'
import { Failure } from '@codelab/runtime/failure'
import type { Rest } from '../gateway/rest.ts'
import { openWorkspace, type Workspace } from '../workspace/open-workspace.ts'
import type { Sandbox } from '../workspace/program/sandbox/sandbox.ts'
import type { Bindings } from './bindings.ts'
import { type Conversation, type ConversationOptions, createConversation } from './conversation.ts'
import { itemsOf } from './history.ts'
import { openJournal } from './journal.ts'

export type OpenedConversation = Omit<Conversation, 'close'> & {
  /** False when the session's tools run in another folder: this client only looks on and decides. */
  readonly executes: boolean
  /** What the call would do, as the person must see it before deciding. */
  readonly preview: Workspace['preview']
  /** What had been said before. */
  readonly history: readonly Message[]
  close(): Promise<void>
}

export type OpenOptions = Omit<ConversationOptions, 'tools' | 'history' | 'reload'> & {
  readonly rest: Pick<Rest, 'messages'>
  readonly bindings: Bindings
  readonly folder: string
  /** The process's variables; programs that tools start get a fixed list of them. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** In which commands run; else the usual one. */
  readonly sandbox?: Sandbox | undefined
  /** A session that exists; else this id is a new one. */
  readonly resume?: boolean
  /** From now on the session's tools run in this folder, wherever they ran before. */
  readonly rebind?: boolean
}

async function messagesOf(rest: Pick<Rest, 'messages'>, sessionId: string): Promise<Message[]> {
  try {
    return (await rest.messages(sessionId)).items
  } catch (error) {
    if (error instanceof Failure && error.code === 'not_found') {
      throw new Failure('not_found', {
        message: `There is no session ${sessionId} of yours here. List them with: codelab sessions`,
        cause: error,
      })
    }
    throw error
  }
}

/** Opens a session in a project folder: binds a new one to it, and executes tools only for a session that is bound to it. */
export async function openConversation(options: OpenOptions): Promise<OpenedConversation> {
  const { rest, bindings, sessionId, log, resume = false, rebind = false } = options
  const folder = await realpath(options.folder)
  const history = resume ? await messagesOf(rest, sessionId) : []
  if (!resume || rebind) await bindings.bind(sessionId, folder)
  const executes = (await bindings.folderOf(sessionId)) === folder

  const workspace = await openWorkspace(folder, {
    log,
    env: options.env,
    sandbox: options.sandbox,
    undo: { folder: bindings.undoFolder, sessionId },
  })
  const conversation = createConversation({
    ...options,
    history: itemsOf(history),
    reload: async () => itemsOf(await messagesOf(rest, sessionId)),
    ...(executes && {
      tools: {
        execute: (tool, args, how) => workspace.execute(tool, args, how),
        journal: openJournal(bindings.journalOf(sessionId)),
      },
    }),
  })
  // A large folder takes its time until it is watched; nobody waits for that.
  const watching = executes
    ? workspace.watch((change) => conversation.fileChanged(change))
    : undefined
  watching?.catch((error: unknown) => log.warn({ err: error }, 'the folder is not watched'))
  return {
    ...conversation,
    executes,
    history,
    preview: (tool, args) => workspace.preview(tool, args),
    close: async () => {
      conversation.close()
      void watching?.then((watch) => watch.close()).catch(() => undefined)
      await workspace.close()
    },
  }
}
