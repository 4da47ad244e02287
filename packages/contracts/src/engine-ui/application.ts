import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { route } from '../route.ts'
import { AccountState } from './account.ts'
import { Project } from './projects.ts'
import { SettingsState } from './settings.ts'

/** The application and the workspace's server differ in version: which of the two is to be updated. */
export const VersionMismatch = z.object({
  server_version: z.string(),
  client_version: z.string(),
  update: z.enum(['client', 'server']),
})
export type VersionMismatch = z.infer<typeof VersionMismatch>

/** Something that the person may want to hear of while they look elsewhere. */
export const Notification = z.object({
  id: z.string(),
  at: Timestamp,
  kind: z.enum(['approval', 'job', 'turn', 'problem']),
  title: z.string(),
  text: z.string(),
  session_id: Id.optional(),
  call_id: Id.optional(),
  job_id: Id.optional(),
})
export type Notification = z.infer<typeof Notification>

/** All that a page needs for its first picture, in one answer. */
export const ApplicationState = z.object({
  version: z.string(),
  platform: z.enum(['linux', 'darwin', 'win32', 'other']),
  /** `window`: inside the desktop application; `browser`: `codelab open`. */
  shown_in: z.enum(['window', 'browser']),
  /** The number of the last event that is in this picture: where `/events?after=` goes on. */
  cursor: z.number().int(),
  account: AccountState,
  settings: SettingsState,
  projects: z.array(Project),
  /** The project that this start was asked to show. */
  project: Id.optional(),
  /** Sessions whose conversations are open in this engine. */
  conversations: z.array(Id),
  mismatch: VersionMismatch.optional(),
})
export type ApplicationState = z.infer<typeof ApplicationState>

export const readState = route({
  method: 'get',
  path: '/api/v1/state',
  summary: 'The first picture of a page.',
  access: 'page',
  status: 200,
  reply: ApplicationState,
  fails: ['internal'],
})

/** What a page remembers between starts: its address changes with each, so the browser's own storage would forget it. */
const ViewKey = z.string().regex(/^[A-Za-z0-9._:-]{1,128}$/)

/** Bytes of one remembered value as JSON: a text of 1 MiB that was not saved fits, with what it began as. */
export const maxViewBytes = 4 * 1024 * 1024

export const readView = route({
  method: 'get',
  path: '/api/v1/views/:key',
  summary:
    'What a page remembered under this key (open tabs, sizes, typed text); null when nothing.',
  access: 'page',
  params: z.object({ key: ViewKey }),
  status: 200,
  reply: z.object({ value: z.json() }),
  fails: ['invalid_request', 'internal'],
})

export const saveView = route({
  method: 'put',
  path: '/api/v1/views/:key',
  summary: 'Remembers any JSON of at most 4 MiB; null forgets it.',
  access: 'page',
  params: z.object({ key: ViewKey }),
  body: z.strictObject({ value: z.json() }),
  status: 204,
  fails: ['invalid_request', 'forbidden', 'payload_too_large', 'unavailable', 'internal'],
})

export const openLink = route({
  method: 'post',
  path: '/api/v1/links/open',
  summary: "Opens a link in the system's browser or mail program; only http, https and mailto.",
  access: 'page',
  body: z.strictObject({ url: z.string().min(1).max(8192) }),
  status: 200,
  /** False: there is no program to ask; show the address. */
  reply: z.object({ opened: z.boolean() }),
  fails: ['invalid_request', 'internal'],
})

export const listNotifications = route({
  method: 'get',
  path: '/api/v1/notifications',
  summary: 'The latest notifications of this engine, newest first; at most 100.',
  access: 'page',
  status: 200,
  reply: z.object({ items: z.array(Notification) }),
  fails: ['internal'],
})
