import { z } from 'zod'
import { FailureBody, FailureCode } from '../errors.ts'

/**
 * Why something failed on this machine or on the way to the workspace: finer than the code, so that a page can say it in the person's language and
 * offer what helps. A reason that a page does not know: it shows the message.
 */
export const engineReasons = [
  /** Nothing answers at the server's address, or the line is cut. */
  'server_unreachable',
  /** The server's certificate is not one that this machine trusts. */
  'certificate_refused',
  /** Something answers, and it is no CodeLab. */
  'not_a_codelab_server',
  /** The workspace is suspended or starting: its address answers 503. */
  'workspace_suspended',
  /** The server is too old for this application, or this application for it. */
  'update_server',
  'update_client',
  'wrong_credentials',
  /** Too many failed sign-ins; `retry_after_s` says how long to wait. */
  'account_locked',
  'way_not_offered',
  'sign_in_refused',
  /** The person did not finish the sign-in in time, or stopped it. */
  'sign_in_expired',
  'sign_in_cancelled',
  /** The sign-in has ended: it expired or was revoked. Sign in again. */
  'signed_out',
  /** The project folder is gone, or became something else. */
  'folder_missing',
  'not_a_folder',
  /** A folder that must not be opened as a project: the root of a disk, the engine's own data. */
  'folder_refused',
  'project_not_open',
  'file_missing',
  /** The file changed since it was read: `version` is no longer what is there. */
  'file_changed',
  'file_exists',
  'file_too_large',
  'not_text',
  'not_a_file',
  'outside_project',
  'no_permission',
  'read_only',
  'disk_full',
  /** There is no trash that it could be taken back from, or it lies on another file system and the folder is not empty. */
  'trash_unavailable',
  'bad_pattern',
  'search_unavailable',
  'no_repository',
  'git_failed',
  'session_missing',
  /** The session is over; its messages stay readable, a new one goes on. */
  'session_expired',
  'conversation_not_open',
  /** Neither this machine nor the workspace keeps the result any more, or there is none yet. */
  'result_missing',
  'too_many_conversations',
  /** What was approved is not what was last shown: look at the preview again. */
  'look_again',
  /** The call waits for this machine's rule, not for the workspace's: its arguments cannot be edited. */
  'not_editable',
  'settings_damaged',
  'link_refused',
  'no_browser',
  'change_not_undoable',
] as const
export const EngineReason = z.enum(engineReasons)
export type EngineReason = z.infer<typeof EngineReason>

/** The body of every failed request to the engine. */
export const EngineFailureBody = z.object({
  error: FailureBody.shape.error.extend({
    reason: EngineReason.optional(),
    place: z.string().optional(),
  }),
})
export type EngineFailureBody = z.infer<typeof EngineFailureBody>

/** Something that went wrong apart from a request, as events and states tell it. */
export const Problem = z.object({
  code: FailureCode,
  reason: EngineReason.optional(),
  /** Where: the address of a server, or the path of a folder on this machine. */
  place: z.string().optional(),
  /** For a person, in English. */
  message: z.string(),
  retry_after_s: z.number().optional(),
})
export type Problem = z.infer<typeof Problem>
