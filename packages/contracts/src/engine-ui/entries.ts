import { z } from 'zod'
import { route } from '../route.ts'
import { RelativePath } from '../tools.ts'
import { placeFailures } from './files.ts'
import { ProjectParams } from './projects.ts'

/** The person's own changes of the file tree. Each can be taken back with `undoChange`. */
export const EntryChange = z.object({
  /** Of what was made, of where it lies now, or of what was deleted. */
  path: z.string(),
  /** The id that `undoChange` takes. */
  change: z.string(),
})
export type EntryChange = z.infer<typeof EntryChange>

const fails = [...placeFailures, 'conflict', 'unprocessable', 'unavailable'] as const

export const createEntry = route({
  method: 'post',
  path: '/api/v1/projects/:project/entries',
  summary:
    'Makes an empty file or a folder, and the folders above it. `conflict` (`file_exists`) when something is there.',
  access: 'page',
  params: ProjectParams,
  body: z.strictObject({ path: RelativePath, kind: z.enum(['file', 'folder']) }),
  status: 200,
  reply: EntryChange,
  fails,
})

export const moveEntry = route({
  method: 'post',
  path: '/api/v1/projects/:project/entries/move',
  summary:
    'Renames or moves a file, link or folder; never over something that is there (`conflict`, `file_exists`).',
  access: 'page',
  params: ProjectParams,
  body: z.strictObject({ path: RelativePath, to: RelativePath }),
  status: 200,
  reply: EntryChange,
  fails,
})

export const trashEntry = route({
  method: 'post',
  path: '/api/v1/projects/:project/entries/trash',
  summary:
    'Moves a file, a link itself or a whole folder to the trash. `unprocessable` (`trash_unavailable`) where there is none: then nothing is deleted.',
  access: 'page',
  params: ProjectParams,
  body: z.strictObject({ path: RelativePath }),
  status: 200,
  reply: EntryChange,
  fails,
})
