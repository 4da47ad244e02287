import type {
  ConversationConnection,
  OpenedConversation,
} from '@codelab/contracts/engine-ui/conversations'
import type { ServerFrame } from '@codelab/contracts/frames'
import type { Log } from '@codelab/runtime/log'
import type { Sandbox } from '../../workspace/program/sandbox/sandbox.ts'
import type { JudgeHere } from '../../conversation/holds.ts'
import { newId } from '../../conversation/new-id.ts'
import type { ConversationState } from '../../conversation/state.ts'
import { EngineFailure, problemOf } from '../../engine-failure.ts'
import type { ConnectionState } from '../../gateway/session-socket.ts'
import type { Links } from '../account/link.ts'
import type { EventLog } from '../events/event-log.ts'
import type { OpenProject } from '../projects/open-project.ts'
import { isFolder } from '../projects/project-folder.ts'
import type { Projects } from '../projects/projects.ts'
import { type Joined, joinSession } from './join-session.ts'

const mostOpen = 50
const storedWithinMs = 2_000

/** A conversation that is open in this engine. */
export type OpenConversation = {
  readonly sessionId: string
  readonly joined: Joined
  /** The project in which this engine runs its tools. */
  readonly project: OpenProject | undefined
  readonly boundTo: string | undefined
  connection: ConversationConnection
  /** The `seq` of the last frame. */
  lastSeq: number
  readonly unsent: Map<string, string>
}

export type OpenRequest = {
  readonly session_id?: string | undefined
  readonly project?: string | undefined
  readonly move_here?: boolean | undefined
}

export type Message = {
  readonly id: string
  readonly content: string
  readonly model?: string | undefined
  readonly replaces?: string | undefined
}

export type OpenConversations = {
  open(request: OpenRequest): Promise<OpenConversation>
  /** The picture of a conversation as it is now. */
  picture(conversation: OpenConversation): OpenedConversation
  get(sessionId: string): OpenConversation
  find(sessionId: string): OpenConversation | undefined
  all(): OpenConversation[]
  send(sessionId: string, message: Message): Promise<boolean>
  cancel(sessionId: string): void
  close(sessionId: string): Promise<void>
  closeIn(projectId: string): Promise<void>
  closeAll(): Promise<void>
}

export type ConversationsParts = {
  readonly links: Links
  readonly projects: Projects
  readonly events: EventLog
  readonly env: Readonly<Record<string, string | undefined>>
  readonly language: string
  readonly log: Log
  readonly judge: JudgeHere
  /** In which the commands of every session run. */
  readonly sandbox: Sandbox
  readonly onFrame: (
    conversation: OpenConversation,
    frame: ServerFrame,
    state: ConversationState,
  ) => void
  readonly onConnection: (conversation: OpenConversation) => void
  readonly onOpened: (sessionId: string) => void
}

const notOpen = () =>
  new EngineFailure('not_found', 'conversation_not_open', {
    message: 'This conversation is not open here. Open it first.',
  })
const tooMany = () =>
  new EngineFailure('conflict', 'too_many_conversations', {
    message: `At most ${mostOpen} conversations can be open at once. Close one.`,
  })
const projectNeeded = () =>
  new EngineFailure('invalid_request', 'project_not_open', {
    message: 'A new session begins in a project. Open one first.',
    field: 'project',
  })

function connectionOf(state: ConnectionState): ConversationConnection {
  switch (state.state) {
    case 'waiting': {
      const cut = new EngineFailure('unavailable', 'server_unreachable', { message: state.reason })
      return { state: 'waiting', retry_in_ms: state.ms, problem: problemOf(state.failure ?? cut) }
    }
    case 'ended':
      return { state: 'ended', ...(state.failure && { problem: problemOf(state.failure) }) }
    default:
      return { state: state.state }
  }
}

const isOver = ({ connection }: OpenConversation) =>
  connection.state === 'ended' || connection.state === 'expired'

/** The conversations of this engine: each once, for all of its pages. */
export function createOpenConversations(parts: ConversationsParts): OpenConversations {
  const { links, projects, events, env, language, log, judge, sandbox } = parts
  const open = new Map<string, Promise<OpenConversation>>()
  const ready = new Map<string, OpenConversation>()

  /** Where the session's tools run: the folder it is bound to, if that can be opened here, or the project where it begins or is moved to. */
  const placeOf = async (sessionId: string, fresh: boolean, request: OpenRequest) => {
    const { bindings } = links.current()
    const chosen = request.project === undefined ? undefined : projects.get(request.project)
    if (fresh && !chosen) throw projectNeeded()
    if (chosen && (fresh || request.move_here)) {
      // A folder that is gone says so before anything begins in it.
      chosen.bench()
      await bindings.bind(sessionId, chosen.path)
      return { project: chosen, boundTo: chosen.path }
    }
    const boundTo = await bindings.folderOf(sessionId)
    if (boundTo === undefined) return { project: undefined, boundTo }
    const known = projects.at(boundTo)
    const isThere = known ? known.present() : await isFolder(boundTo)
    if (known || !isThere) return { project: isThere ? known : undefined, boundTo }
    // A folder that may no longer be a project leaves its sessions to be looked on.
    const project = await projects.open(boundTo).catch(() => undefined)
    return { project: project?.path === boundTo ? project : undefined, boundTo }
  }

  const begin = async (sessionId: string, fresh: boolean, request: OpenRequest) => {
    const { project, boundTo } = await placeOf(sessionId, fresh, request)
    const held: { conversation?: OpenConversation } = {}
    const early: (() => void)[] = []
    const later = (work: (conversation: OpenConversation) => void) => {
      const { conversation } = held
      if (conversation) work(conversation)
      else early.push(() => held.conversation && work(held.conversation))
    }
    const joined = await joinSession({
      link: links.current(),
      sessionId,
      fresh,
      project,
      env,
      language,
      log,
      judge,
      sandbox,
      onFrame: (frame, state) =>
        later((conversation) => {
          if ('seq' in frame) conversation.lastSeq = Math.max(conversation.lastSeq, frame.seq)
          if (frame.type === 'session')
            conversation.lastSeq = Math.max(conversation.lastSeq, frame.last_seq)
          if (frame.type === 'user_message') conversation.unsent.delete(frame.id)
          events.emit({ type: 'frame', session_id: sessionId, frame })
          parts.onFrame(conversation, frame, state)
        }),
      onReplaced: (message_id) =>
        later(() => events.emit({ type: 'replaced', session_id: sessionId, message_id })),
      onReset: () => later(() => events.emit({ type: 'reload', session_id: sessionId })),
      onConnection: (state) =>
        later((conversation) => {
          conversation.connection = connectionOf(state)
          const { connection } = conversation
          events.emit({ type: 'connection', session_id: sessionId, connection })
          parts.onConnection(conversation)
        }),
    })
    const conversation: OpenConversation = {
      sessionId,
      joined,
      project,
      boundTo,
      connection: { state: 'connecting' },
      lastSeq: 0,
      unsent: new Map(),
    }
    held.conversation = conversation
    for (const work of early) work()
    ready.set(sessionId, conversation)
    parts.onOpened(sessionId)
    return conversation
  }

  const close = async (sessionId: string): Promise<void> => {
    const conversation = await open.get(sessionId)?.catch(() => undefined)
    if (!conversation) return
    open.delete(sessionId)
    ready.delete(sessionId)
    await conversation.joined.leave()
    events.emit({ type: 'closed', session_id: sessionId })
  }

  const get = (sessionId: string): OpenConversation => {
    const conversation = ready.get(sessionId)
    if (!conversation) throw notOpen()
    return conversation
  }

  /** Pages that show it keep what they show until they have read the new picture. */
  const beginAnew = async (former: OpenConversation, request: OpenRequest) => {
    const { sessionId, joined } = former
    try {
      await joined.leave()
      const conversation = await begin(sessionId, false, request)
      events.emit({ type: 'reload', session_id: sessionId })
      return conversation
    } catch (error) {
      events.emit({ type: 'closed', session_id: sessionId })
      throw error
    }
  }

  const openOnce = async (request: OpenRequest): Promise<OpenConversation> => {
    const sessionId = request.session_id ?? newId()
    const known = ready.get(sessionId)
    // One that is over is opened anew: the sign-in may be good again.
    const former = known && (request.move_here || isOver(known)) ? known : undefined
    const before = former ? undefined : open.get(sessionId)
    if (before) return await before
    if (!former && open.size >= mostOpen) throw tooMany()
    ready.delete(sessionId)
    const opening = former
      ? beginAnew(former, request)
      : begin(sessionId, request.session_id === undefined, request)
    open.set(sessionId, opening)
    opening.catch(() => open.delete(sessionId))
    return await opening
  }

  /** Where a message goes: what is being opened is waited for, what has ended is opened anew. */
  const taking = async (sessionId: string): Promise<OpenConversation> => {
    const known = ready.get(sessionId)
    if (known && known.connection.state !== 'ended') return known
    if (!open.has(sessionId)) throw notOpen()
    return await openOnce({ session_id: sessionId })
  }

  return {
    open: openOnce,
    picture: (conversation) => {
      const { joined, sessionId, boundTo, connection } = conversation
      const { items, activity, turn, models } = joined.conversation.state()
      const older = joined.older()
      return {
        session_id: sessionId,
        cursor: events.last(),
        executes: joined.workspace !== undefined,
        ...(boundTo !== undefined && { bound_to: boundTo }),
        connection,
        items: items as OpenedConversation['items'],
        activity,
        ...(turn && { turn }),
        models: [...models],
        ...(older !== undefined && { older }),
        unsent: [...conversation.unsent].map(([id, content]) => ({ id, content })),
      }
    },
    get,
    find: (sessionId) => ready.get(sessionId),
    all: () => [...ready.values()],
    send: async (sessionId, { id, content, model, replaces }) => {
      const { joined, unsent } = await taking(sessionId)
      unsent.set(id, content)
      const stored = joined.conversation.send(content, { id, model, replaces }).then(() => true)
      const late = Promise.withResolvers<false>()
      const timer = setTimeout(() => late.resolve(false), storedWithinMs)
      let answered = false
      stored.catch((error: unknown) => {
        unsent.delete(id)
        if (!answered) return
        const problem = problemOf(error)
        events.emit({
          type: 'message_failed',
          session_id: sessionId,
          message_id: id,
          content,
          problem,
        })
      })
      try {
        return await Promise.race([stored, late.promise])
      } finally {
        answered = true
        clearTimeout(timer)
      }
    },
    cancel: (sessionId) => {
      get(sessionId)
        .joined.conversation.cancel()
        .catch((error: unknown) => log.debug({ err: error }, 'a turn was not cancelled'))
    },
    close,
    closeIn: async (projectId) => {
      for (const { sessionId, project } of ready.values())
        if (project?.id === projectId) await close(sessionId)
    },
    closeAll: async () => {
      for (const sessionId of open.keys()) await close(sessionId)
    },
  }
}
