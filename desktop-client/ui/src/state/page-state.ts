import type { AccountState } from '@codelab/contracts/engine-ui/account'
import type { ApplicationState, Notification } from '@codelab/contracts/engine-ui/application'
import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import type { EventsState } from '../engine/events.ts'
import { applyToConversation, type PageConversation } from './conversation.ts'
import { type Notice, withNotice } from './notice.ts'

/** Which part of the page has the room beside the conversation. */
export type Place = 'project' | 'changes' | 'jobs' | 'settings'

/** A piece of a conversation that the person wants in a file. */
export type Applying = { readonly session: string; readonly text: string; readonly path: string }

/** The columns of the page. */
export type Column = 'side' | 'center' | 'conversation'

/** Everything that more than one part of the page knows. Lists that are read when they are shown live in the query cache. */
export type PageState = {
  readonly engine: EventsState
  /** Absent until the first picture was read. */
  readonly application: ApplicationState | undefined
  readonly conversations: Readonly<Record<string, PageConversation>>
  readonly approvals: readonly WaitingCall[]
  readonly notifications: readonly Notification[]
  /** The session in front. */
  readonly session: string | undefined
  /** Whose it is: the person who is signed in, or was last. */
  readonly person: string | undefined
  readonly project: string | undefined
  readonly place: Place
  /** The one that is shown where there is no room for all. */
  readonly column: Column
  /** A `codelab://` link that was opened outside and is not decided yet. */
  readonly link: string | undefined
  /** The waiting call that the person chose to look at; else the oldest of the session in front. */
  readonly call: string | undefined
  /** The waiting calls were put aside: the person looks at something else first. */
  readonly aside: boolean
  readonly applying: Applying | undefined
  /** What went wrong beside the screens, until the person has closed it. */
  readonly notices: readonly Notice[]
}

export const firstPageState: PageState = {
  engine: 'connecting',
  application: undefined,
  conversations: {},
  approvals: [],
  notifications: [],
  session: undefined,
  person: undefined,
  project: undefined,
  place: 'project',
  column: 'center',
  link: undefined,
  call: undefined,
  aside: false,
  applying: undefined,
  notices: [],
}

/** Most notifications that the page keeps. */
const keptNotifications = 100

type Of<Type extends EngineEvent['type']> = Extract<EngineEvent, { type: Type }>

const toApplication = (
  state: PageState,
  change: Partial<ApplicationState>,
): PageState['application'] => state.application && { ...state.application, ...change }

function withProject(state: PageState, { project }: Of<'project'>): PageState {
  const others = state.application?.projects.filter(({ id }) => id !== project.id) ?? []
  return { ...state, application: toApplication(state, { projects: [project, ...others] }) }
}

/** The same person at the same server, whatever their name is by now. */
const personOf = ({ server, person }: AccountState): string | undefined =>
  person && `${person.id} ${server}`

/** Who signs in after somebody else does not find the other's conversation in front. */
export function ofPerson(
  { person, session }: Pick<PageState, 'person' | 'session'>,
  account: AccountState,
): Pick<PageState, 'person' | 'session'> {
  const now = account.state === 'signed_in' ? (personOf(account) ?? person) : person
  return { person: now, session: person === undefined || now === person ? session : undefined }
}

/** A conversation with messages that were not taken stays, to be opened again: its texts are nowhere else. */
function without(
  conversations: PageState['conversations'],
  sessionId: string,
): PageState['conversations'] {
  const { [sessionId]: closed, ...others } = conversations
  if (!closed || closed.unsent.length === 0) return others
  return { ...others, [sessionId]: { ...closed, stale: true } }
}

function withApprovals(state: PageState, { items }: Of<'approvals'>): PageState {
  const still = items.some(({ call_id }) => call_id === state.call)
  const waits = items.some(({ session_id }) => session_id === state.session)
  return {
    ...state,
    approvals: items,
    call: still ? state.call : undefined,
    aside: state.aside && waits,
  }
}

/** A problem that belongs to no screen is shown at once too, not only in the list. */
function withNotification(state: PageState, { notification }: Of<'notification'>): PageState {
  const { id, kind, text } = notification
  return {
    ...state,
    notifications: [notification, ...state.notifications].slice(0, keptNotifications),
    notices: kind === 'problem' ? withNotice(state.notices, { id, text }) : state.notices,
  }
}

type OfConversation = 'frame' | 'replaced' | 'reload' | 'connection' | 'message_failed'

function toConversation(state: PageState, event: Of<OfConversation>): PageState {
  const before = state.conversations[event.session_id]
  if (!before) return state
  const conversation = applyToConversation(before, event)
  return { ...state, conversations: { ...state.conversations, [event.session_id]: conversation } }
}

type Reducers = {
  readonly [Type in EngineEvent['type']]?: (state: PageState, event: Of<Type>) => PageState
}

const reducers: Reducers = {
  account: (state, { account }) => ({
    ...state,
    ...ofPerson(state, account),
    application: toApplication(state, { account }),
  }),
  settings: (state, { settings }) => ({
    ...state,
    application: toApplication(state, { settings }),
  }),
  mismatch: (state, { mismatch }) => ({
    ...state,
    application: toApplication(state, { mismatch }),
  }),
  project: withProject,
  approvals: withApprovals,
  notification: withNotification,
  closed: (state, event) => ({
    ...state,
    conversations: without(state.conversations, event.session_id),
  }),
  show: (state, event) => ({
    ...state,
    project: event.project ?? state.project,
    session: event.session_id ?? state.session,
    link: event.link ?? state.link,
    place: event.project ? 'project' : state.place,
  }),
  frame: toConversation,
  replaced: toConversation,
  reload: toConversation,
  connection: toConversation,
  message_failed: toConversation,
}

/** Those that lists of the query cache and the connection take. */
const toldElsewhere = new Set<string>(['hello', 'files', 'git', 'sessions', 'job'])

/** The page after one more event; lists of the query cache are told elsewhere. */
export function applyEvent(state: PageState, event: EngineEvent): PageState {
  const reducer = reducers[event.type] as
    | ((state: PageState, event: EngineEvent) => PageState)
    | undefined
  if (reducer) return reducer(state, event)
  if (toldElsewhere.has(event.type)) return state
  // A newer engine says more than this page knows: it is shown as it came.
  const text = JSON.stringify(event)
  return { ...state, notices: withNotice(state.notices, { id: `event-${event.n}`, text }) }
}
