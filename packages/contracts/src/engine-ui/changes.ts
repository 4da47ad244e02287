import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { route } from '../route.ts'
import { maxFileBytes, RelativePath } from '../tools.ts'
import { HiddenCharacter, PathContent, PreviewWarning } from './approvals.ts'
import { FileVersion, placeFailures } from './files.ts'
import { ProjectParams } from './projects.ts'

/** What one tool call, or a piece of a conversation that the person applied, changed in the project, as long as it can be taken back. */
export const FileChangeRecord = z.object({
  id: z.string(),
  session_id: Id,
  call_id: z.string().optional(),
  /** The tool's name; `apply`: the person applied a piece of the conversation. */
  tool: z.string(),
  at: Timestamp,
  /** What was done, in this order. */
  steps: z.array(
    z.object({
      kind: z.enum(['created', 'modified', 'deleted', 'moved', 'folder_made']),
      path: z.string(),
      /** Of a move. */
      to: z.string().optional(),
    }),
  ),
  undone: z.boolean(),
  /** False: `note` says why it cannot be taken back now, such as that the file was changed since. */
  undoable: z.boolean(),
  note: z.string().optional(),
})
export type FileChangeRecord = z.infer<typeof FileChangeRecord>

export const listChanges = route({
  method: 'get',
  path: '/api/v1/projects/:project/changes',
  summary: 'What tools changed in the project, the latest first.',
  access: 'page',
  params: ProjectParams,
  query: z.object({ session_id: Id.optional() }),
  status: 200,
  reply: z.object({ items: z.array(FileChangeRecord) }),
  fails: ['invalid_request', 'not_found', 'internal'],
})

export const undoChange = route({
  method: 'post',
  path: '/api/v1/projects/:project/changes/undo',
  summary:
    'Puts back what was there before a change. `conflict` (`change_not_undoable`) when something else changed it since.',
  access: 'page',
  params: ProjectParams,
  body: z.strictObject({ id: z.string().min(1).max(256) }),
  status: 200,
  reply: FileChangeRecord,
  fails: ['invalid_request', 'forbidden', 'not_found', 'conflict', 'unavailable', 'internal'],
})

/** One file of a change: what it was, and what it is now. */
export const ChangedText = z.object({
  path: z.string(),
  before: PathContent,
  now: PathContent,
  /** It is still as the change left it. */
  untouched: z.boolean(),
})
export type ChangedText = z.infer<typeof ChangedText>

export const readChange = route({
  method: 'get',
  path: '/api/v1/projects/:project/changes/:change',
  summary: 'The texts of a change, for showing what undoing it would put back.',
  access: 'page',
  params: ProjectParams.extend({ change: z.string().min(1).max(256) }),
  status: 200,
  reply: z.object({ texts: z.array(ChangedText) }),
  fails: ['invalid_request', 'forbidden', 'not_found', 'internal'],
})

const Proposal = z.strictObject({ path: RelativePath, text: z.string().max(maxFileBytes) })

export const proposeChange = route({
  method: 'post',
  path: '/api/v1/projects/:project/changes/propose',
  summary: 'What putting a text into a file would change. Nothing is written.',
  access: 'page',
  params: ProjectParams,
  body: Proposal,
  status: 200,
  reply: z.object({
    /** The real one, relative to the project folder. */
    path: z.string(),
    /** What is there now; null: no file yet. */
    before: z.string().nullable(),
    /** Of what is there now: `applyChange` names it. */
    version: FileVersion.nullable(),
    warnings: z.array(PreviewWarning),
    /** At most 200. */
    hidden: z.array(HiddenCharacter),
  }),
  fails: [...placeFailures, 'unprocessable', 'payload_too_large'],
})

export const applyChange = route({
  method: 'post',
  path: '/api/v1/projects/:project/changes',
  summary:
    'Writes a text that the person was shown against this version, making its folders, so that it can be undone. `conflict` (`file_changed`, `file_exists`) when something else is there by now.',
  access: 'page',
  params: ProjectParams,
  body: Proposal.extend({
    version: FileVersion.nullable(),
    /** Whose list of changes it belongs to. */
    session_id: Id,
  }),
  status: 200,
  reply: FileChangeRecord,
  fails: [...placeFailures, 'conflict', 'unprocessable', 'payload_too_large', 'unavailable'],
})
