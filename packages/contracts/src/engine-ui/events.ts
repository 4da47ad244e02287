import { z } from 'zod'
import { serverFrames, type ServerFrame } from '../frames.ts'
import { Id } from '../ids.ts'
import { Job } from '../jobs.ts'
import { AccountState } from './account.ts'
import { Notification, VersionMismatch } from './application.ts'
import { WaitingCall } from './approvals.ts'
import { ConversationConnection, SessionItem } from './conversations.ts'
import { Problem } from './failures.ts'
import { Project } from './projects.ts'
import { SettingsState } from './settings.ts'

/**
 * `GET /events?after={cursor}` (WebSocket, the page's cookie and origin). Each message is a JSON array of events in the order of their numbers `n`;
 * the first message holds one `hello`. The page only listens: what it sends is refused.
 */
export const eventsPath = '/events'

/** A page that reads too slowly is closed with this code and comes back with its cursor. */
export const slowPage = 4008
/** The engine ends or the sign-in to it was withdrawn: do not come back. */
export const engineEnded = 4000

export const engineEvents = {
  /** First, and only once. `reset`: what was missed is no longer kept, or another engine answers: read the state again. */
  hello: z.object({ engine: z.string(), cursor: z.number().int(), reset: z.boolean() }),
  /**
   * A frame of an open conversation, as the workspace sent it. One exception: a call that a rule of this machine holds back comes with
   * `requires_approval: true` and that rule's reason, and again without when the person has approved it here.
   */
  frame: z.object({
    session_id: Id,
    frame: z.union(Object.values(serverFrames)) as unknown as z.ZodType<ServerFrame>,
  }),
  /** Before the echo of a message that replaces another: that one and all after it leave the conversation. */
  replaced: z.object({ session_id: Id, message_id: Id }),
  /** What was missed is no longer kept by the workspace: open the conversation again for its new picture. */
  reload: z.object({ session_id: Id }),
  connection: z.object({ session_id: Id, connection: ConversationConnection }),
  /** Closed in this engine, by any page. */
  closed: z.object({ session_id: Id }),
  /** A message that was sent here and that the workspace did not take; its text is not lost. */
  message_failed: z.object({
    session_id: Id,
    message_id: Id,
    content: z.string(),
    problem: Problem,
  }),
  account: z.object({ account: AccountState }),
  settings: z.object({ settings: SettingsState }),
  mismatch: z.object({ mismatch: VersionMismatch.optional() }),
  /** Opened, closed, gone, or back. */
  project: z.object({ project: Project }),
  /** Files that anyone changed, tools included. `more`: too many to name; read again what is shown. */
  files: z.object({
    project: Id,
    changes: z.array(
      z.object({ path: z.string(), change: z.enum(['created', 'modified', 'deleted']) }),
    ),
    more: z.boolean(),
  }),
  /** The git status may differ: read it again. */
  git: z.object({ project: Id }),
  /** Sessions of the list that differ, new ones included. */
  sessions: z.object({ items: z.array(SessionItem), removed: z.array(Id) }),
  /** All calls that wait, when they differ. */
  approvals: z.object({ items: z.array(WaitingCall) }),
  job: z.object({ job: Job }),
  notification: z.object({ notification: Notification }),
  /** The shell asks the page to show something: a project, a session, a `codelab://` link. */
  show: z.object({
    project: Id.optional(),
    session_id: Id.optional(),
    link: z.string().optional(),
  }),
  /** The native menu asks the page to carry out one of its commands. */
  command: z.object({ command: z.string() }),
} as const
export type EngineEventType = keyof typeof engineEvents

/** An event with its number; later ones have higher numbers, and none is told twice over one cursor. */
export type EngineEvent = {
  [Type in EngineEventType]: { n: number; type: Type } & z.infer<(typeof engineEvents)[Type]>
}[EngineEventType]
