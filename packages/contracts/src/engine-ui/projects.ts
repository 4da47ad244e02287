import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { route } from '../route.ts'

/** A folder that was opened as a project on this machine. */
export const Project = z.object({
  /** The same for the same folder, on this machine. */
  id: Id,
  name: z.string(),
  /** The real, absolute path. */
  path: z.string(),
  opened_at: Timestamp,
  /** Open: its tree, its search and its sessions can be used, and its changes are told. */
  open: z.boolean(),
  /** False: the folder is gone, or became something else, since it was opened. */
  present: z.boolean(),
  /** Another engine of this machine has it open too. */
  open_elsewhere: z.boolean(),
})
export type Project = z.infer<typeof Project>

export const ProjectParams = z.object({ project: Id })
const AbsolutePath = z
  .string()
  .min(1)
  .max(4096)
  .refine((path) => !path.includes('\0'), 'must not hold a NUL character')

export const listProjects = route({
  method: 'get',
  path: '/api/v1/projects',
  summary: 'The projects that were opened here, the latest first.',
  access: 'page',
  status: 200,
  reply: z.object({ items: z.array(Project) }),
  fails: ['internal'],
})

export const openProject = route({
  method: 'post',
  path: '/api/v1/projects/open',
  summary:
    'Opens a folder as a project: an absolute path, or one that begins with ~. Harmless when it is open.',
  access: 'page',
  body: z.strictObject({ path: AbsolutePath }),
  status: 200,
  reply: Project,
  fails: ['invalid_request', 'forbidden', 'not_found', 'internal'],
})

export const closeProject = route({
  method: 'post',
  path: '/api/v1/projects/:project/close',
  summary: 'Closes a project with its conversations here; turns go on at the server.',
  access: 'page',
  params: ProjectParams,
  status: 204,
  fails: ['invalid_request', 'internal'],
})

export const forgetProject = route({
  method: 'delete',
  path: '/api/v1/projects/:project',
  summary: 'Closes a project and takes it off the list; the folder is not touched.',
  access: 'page',
  params: ProjectParams,
  status: 204,
  fails: ['invalid_request', 'internal'],
})

export const listFolders = route({
  method: 'get',
  path: '/api/v1/folders',
  summary:
    'The folders in a folder of this machine, for choosing a project without a native dialog; the home folder when no path is given.',
  access: 'page',
  query: z.object({ path: AbsolutePath.optional() }),
  status: 200,
  reply: z.object({
    path: z.string(),
    /** Absent at the root. */
    parent: z.string().optional(),
    /** Names, hidden ones left out; at most 2,000. */
    folders: z.array(z.string()),
  }),
  fails: ['invalid_request', 'forbidden', 'not_found', 'internal'],
})
