import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { route } from '../route.ts'
import { ProjectParams } from './projects.ts'

/** What one tool call changed in the project, as long as it can be shown and taken back. */
export const FileChangeRecord = z.object({
  id: z.string(),
  session_id: Id,
  call_id: z.string().optional(),
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
