import { constants } from 'node:fs'
import { access, readdir, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, parse, relative, sep } from 'node:path'
import { EngineFailure } from '../../engine-failure.ts'
import { systemCode } from '../../workspace/tool-failure.ts'

const mostFolders = 2_000

const isIn = (folder: string, path: string) => {
  const way = relative(folder, path)
  return way === '' || (!way.startsWith(`..${sep}`) && way !== '..' && !isAbsolute(way))
}

/** What a person types: absolute, or from their home folder by `~`. */
export function typedPath(typed: string): string {
  if (typed === '~') return homedir()
  if (/^~[\\/]/.test(typed)) return join(homedir(), typed.slice(2))
  if (isAbsolute(typed)) return typed
  throw new EngineFailure('invalid_request', 'folder_refused', {
    message: `${typed} is not a whole path; write it from the root, or with ~ for your home folder.`,
    field: 'path',
  })
}

async function folderAt(path: string): Promise<string> {
  const real = await realpath(path).catch((error: unknown) => {
    if (systemCode(error) === 'EACCES') throw unreadable(path, error)
    throw new EngineFailure('not_found', 'folder_missing', {
      message: `There is no folder ${path}.`,
      place: path,
      cause: error,
    })
  })
  if (!(await stat(real)).isDirectory())
    throw new EngineFailure('invalid_request', 'not_a_folder', {
      message: `${path} is not a folder.`,
      field: 'path',
    })
  await access(real, constants.R_OK | constants.X_OK).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  return real
}

const unreadable = (path: string, cause: unknown) =>
  new EngineFailure('forbidden', 'no_permission', {
    message: `The folder ${path} may not be read by this user.`,
    cause,
  })

/** The real path of a folder that may be a project. Never the root of a disk, and nothing of the engine's own. */
export async function projectFolder(typed: string, home: string): Promise<string> {
  const real = await folderAt(typedPath(typed))
  const own = await realpath(home).catch(() => home)
  if (real === parse(real).root || isIn(own, real))
    throw new EngineFailure('forbidden', 'folder_refused', {
      message: `${real} cannot be a project: choose a folder of your own work.`,
      field: 'path',
    })
  return real
}

/** A folder is there, under this path. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true

export type Folders = { path: string; parent?: string; folders: string[] }

/** The folders in a folder, for choosing one. */
export async function foldersIn(typed: string | undefined): Promise<Folders> {
  const path = await folderAt(typedPath(typed ?? '~'))
  const entries = await readdir(path, { withFileTypes: true })
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted()
  const parent = dirname(path)
  return { path, ...(parent !== path && { parent }), folders: folders.slice(0, mostFolders) }
}
