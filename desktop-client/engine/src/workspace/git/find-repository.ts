import { readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { statsOf } from '../place/locate.ts'
import { ToolFailure } from '../tool-failure.ts'

const longestLink = 8 * 1024

export type Repository = {
  /** The folder that git calls the work tree, a real path. */
  readonly workTree: string
  /** The folder with git's own files, a real path. */
  readonly gitFolder: string
}

const foreign = () =>
  new ToolFailure(
    'git_failed',
    'The .git of this project leads to another repository, outside it. It is not used.',
  )

async function firstLine(path: string): Promise<string | undefined> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats?.isFile() || stats.size > longestLink) return undefined
  return (await readFile(path, 'utf8')).split('\n', 1)[0]?.trim()
}

const realOrUndefined = (path: string) => realpath(path).catch(() => undefined)

const isBelow = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`)

/** A linked work tree's git folder names the work tree back; a foreign repository cannot be made to. */
async function namesBack(gitFolder: string, dotGit: string): Promise<boolean> {
  const back = await firstLine(join(gitFolder, 'gitdir'))
  return back !== undefined && (await realOrUndefined(resolve(gitFolder, back))) === dotGit
}

/** A submodule's git folder lies below the one of a repository around it. */
async function isSubmodule(gitFolder: string, workTree: string): Promise<boolean> {
  for (let outer = dirname(workTree); outer !== dirname(outer); outer = dirname(outer)) {
    const stats = await statsOf(join(outer, '.git'))
    if (stats) return stats.isDirectory() && isBelow(join(outer, '.git', 'modules'), gitFolder)
  }
  return false
}

async function gitFolderOf(workTree: string): Promise<string> {
  const dotGit = join(workTree, '.git')
  const stats = await statsOf(dotGit)
  if (stats?.isDirectory()) return dotGit
  const link = stats?.isFile()
    ? /^gitdir: (.+)$/.exec((await firstLine(dotGit)) ?? '')?.[1]
    : undefined
  const gitFolder = link === undefined ? undefined : await realOrUndefined(resolve(workTree, link))
  if (gitFolder === undefined) throw foreign()
  const own =
    isBelow(workTree, gitFolder) ||
    (await namesBack(gitFolder, dotGit)) ||
    (await isSubmodule(gitFolder, workTree))
  if (!own) throw foreign()
  return gitFolder
}

/** What git reads of a repository must lie in it, else a crafted `.git` would show another repository's content. */
async function assertOwnParts(gitFolder: string): Promise<void> {
  const common = await firstLine(join(gitFolder, 'commondir'))
  const home = common === undefined ? gitFolder : await realOrUndefined(resolve(gitFolder, common))
  if (home === undefined || !(home === gitFolder || isBelow(join(home, 'worktrees'), gitFolder))) {
    throw foreign()
  }
  for (const name of ['HEAD', 'index', 'logs', 'config.worktree'])
    await assertBelow(gitFolder, join(gitFolder, name))
  for (const name of ['objects', 'refs', 'packed-refs', 'config', 'info', 'shallow'])
    await assertBelow(home, join(home, name))
}

async function assertBelow(folder: string, path: string): Promise<void> {
  const real = await realOrUndefined(path)
  if (real !== undefined && !isBelow(folder, real)) throw foreign()
}

/**
 * The repository that a folder (a real path) belongs to: its own, or one of a folder around it that has the same owner.
 * Throws git_failed when there is none, or when its `.git` was made to lead elsewhere.
 */
export async function findRepository(root: string): Promise<Repository> {
  const { uid } = await stat(root)
  for (let folder = root; ; folder = dirname(folder)) {
    if ((await stat(folder)).uid === uid && (await statsOf(join(folder, '.git')))) {
      const gitFolder = await gitFolderOf(folder)
      await assertOwnParts(gitFolder)
      return { workTree: folder, gitFolder }
    }
    if (folder === dirname(folder)) break
  }
  throw new ToolFailure('git_failed', 'This project is no git repository.')
}
