import { z } from 'zod'
import { route } from '../route.ts'
import { maxFileBytes, RelativePath } from '../tools.ts'
import { Problem } from './failures.ts'
import { ProjectParams } from './projects.ts'

/** The person's own file tree and editor: what they save here is not asked about. */

/** What every question about a place in the project can fail with. */
export const placeFailures = ['invalid_request', 'forbidden', 'not_found', 'internal'] as const

/** One entry of a folder. */
export const TreeEntry = z.object({
  name: z.string(),
  kind: z.enum(['file', 'folder', 'link', 'other']),
  /** Git ignores it; tools and search leave it out. */
  ignored: z.boolean(),
})
export type TreeEntry = z.infer<typeof TreeEntry>

/** Most entries of one folder that are told. */
export const mostTreeEntries = 50_000

export const readTree = route({
  method: 'get',
  path: '/api/v1/projects/:project/tree',
  summary:
    'The entries of one folder, folders first, by name; the project folder when no path is given. `.git` is left out.',
  access: 'page',
  params: ProjectParams,
  query: z.object({
    path: RelativePath.optional(),
    /** Only so many: what a window shows first of a large folder is there at once. */
    first: z.coerce.number().int().min(1).max(mostTreeEntries).optional(),
  }),
  status: 200,
  reply: z.object({
    /** Empty for the project folder. */
    path: z.string(),
    entries: z.array(TreeEntry),
    /** There are more entries than are told. */
    more: z.boolean(),
  }),
  fails: [...placeFailures],
})

export const listFileNames = route({
  method: 'get',
  path: '/api/v1/projects/:project/names',
  summary: 'The paths of all files that git does not ignore, for “go to file”; at most 50,000.',
  access: 'page',
  params: ProjectParams,
  status: 200,
  reply: z.object({ paths: z.array(z.string()), more: z.boolean() }),
  fails: [...placeFailures],
})

/** What was there when a file was read: its time and a digest of its bytes. Opaque to the page. */
export const FileVersion = z.string().min(1).max(200)

export const readFile = route({
  method: 'get',
  path: '/api/v1/projects/:project/file',
  summary: 'A text file, at most 1 MiB, with its version.',
  access: 'page',
  params: ProjectParams,
  query: z.object({ path: RelativePath }),
  status: 200,
  reply: z.object({
    /** The real one, relative to the project folder: links on the way are worked out. */
    path: z.string(),
    text: z.string(),
    version: FileVersion,
    /** It cannot be saved: its rights, more than one name, or git's own file. */
    read_only: z.boolean(),
  }),
  fails: [...placeFailures, 'unprocessable', 'payload_too_large'],
})

export const saveFile = route({
  method: 'put',
  path: '/api/v1/projects/:project/file',
  summary:
    'Saves a text file whole. `version` is that of the text that was edited: `conflict` (`file_changed`) when something else is there by now. null makes a new file: `conflict` (`file_exists`) when there is one.',
  access: 'page',
  params: ProjectParams,
  body: z.strictObject({
    path: RelativePath,
    text: z.string().max(maxFileBytes),
    version: FileVersion.nullable(),
    create_folders: z.boolean().optional(),
  }),
  status: 200,
  reply: z.object({ path: z.string(), version: FileVersion }),
  fails: [...placeFailures, 'conflict', 'unprocessable', 'payload_too_large', 'unavailable'],
})

const Flag = z.enum(['true', 'false'])

export const FoundLine = z.object({
  path: z.string(),
  /** From 1. */
  line: z.number().int(),
  /** The line, cut after 500 characters. */
  text: z.string(),
})
export type FoundLine = z.infer<typeof FoundLine>

export const findInFiles = route({
  method: 'get',
  path: '/api/v1/projects/:project/find',
  summary:
    'Lines of text files that hold a pattern, without what git ignores: as they are found, one JSON value (`FindPart`) a line. It ends when the page no longer waits for it.',
  access: 'page',
  params: ProjectParams,
  query: z.object({
    pattern: z.string().min(1).max(4096),
    regex: Flag.optional(),
    case_sensitive: Flag.optional(),
    /** A folder or file to look in. */
    path: RelativePath.optional(),
    limit: z.coerce.number().int().min(1).max(10_000).optional(),
  }),
  status: 200,
  fails: [...placeFailures, 'unprocessable'],
})

/** A line of the answer: `matches` any number of times, in the order of paths, then one `end` or `failed`. */
export const FindPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('matches'), matches: z.array(FoundLine) }),
  z.object({
    type: z.literal('end'),
    /** There are more matches than `limit`, or than could be read. */
    more: z.boolean(),
    /** The search took too long; what was found until then was told. */
    stopped: z.boolean(),
  }),
  /** What went wrong after the answer had begun. */
  z.object({ type: z.literal('failed'), problem: Problem }),
])
export type FindPart = z.infer<typeof FindPart>

/** How a file differs from the last commit; a conflict before all else. */
export const GitState = z.enum(['conflicted', 'untracked', 'added', 'deleted', 'modified'])
export type GitState = z.infer<typeof GitState>

export const GitStatus = z.object({
  /** False: the project is no git repository, or git is not there; then the lists are empty and `note` says why. */
  repository: z.boolean(),
  note: z.string().optional(),
  /** Absent on no branch. */
  branch: z.string().optional(),
  ahead: z.number().int().optional(),
  behind: z.number().int().optional(),
  /** Changed files, relative to the project folder; an untracked folder ends in `/` and stands for all in it. */
  files: z.array(z.object({ path: z.string(), state: GitState, staged: z.boolean() })),
  more: z.boolean(),
})
export type GitStatus = z.infer<typeof GitStatus>

export const readGitStatus = route({
  method: 'get',
  path: '/api/v1/projects/:project/git',
  summary: 'The branch and the changed files; a `git` event says when to read it again.',
  access: 'page',
  params: ProjectParams,
  status: 200,
  reply: GitStatus,
  fails: [...placeFailures, 'unprocessable'],
})
