import { relative, sep } from 'node:path'
import type { GitState, GitStatus } from '@codelab/contracts/engine-ui/files'
import { findRepository } from '../git/find-repository.ts'
import { printedByGit } from '../git/run-git.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Bench } from '../tools/tool.ts'

const mostFiles = 10_000

const options = [
  'status',
  '--porcelain=v2',
  '-z',
  '--branch',
  '--no-renames',
  '--untracked-files=normal',
  '--ignore-submodules=dirty',
]

type File = GitStatus['files'][number]

/** What the two letters of a changed entry come to: the index against the last commit, the folder against the index. */
function stateOf(index: string, folder: string): GitState {
  if (folder === 'D' || (index === 'D' && folder === '.')) return 'deleted'
  if (index === 'A') return 'added'
  return 'modified'
}

/** One record: `1 XY … path`, `u XY … path`, `? path`. */
function fileOf(record: string): File | undefined {
  if (record.startsWith('? ')) return { path: record.slice(2), state: 'untracked', staged: false }
  const [kind, letters = '..'] = record.split(' ', 2)
  // Fields before the path: 8 of a changed entry, 10 of an unmerged one.
  const before = kind === '1' ? 8 : kind === 'u' ? 10 : 0
  if (before === 0) return undefined
  const path = record.split(' ').slice(before).join(' ')
  if (kind === 'u') return { path, state: 'conflicted', staged: false }
  const [index = '.', folder = '.'] = letters
  return { path, state: stateOf(index, folder), staged: index !== '.' }
}

const numbersIn = (text: string | undefined) => /^\+(\d+) -(\d+)$/.exec(text ?? '')

/** Reads what `git status --porcelain=v2 -z --branch` printed. `prefix`: where the project lies in the repository, with a slash at the end. */
export function gitStatusIn(printed: string, prefix: string): GitStatus {
  const records = printed.split('\0').filter(Boolean)
  const header = (name: string) =>
    records.find((record) => record.startsWith(`# branch.${name} `))?.slice(name.length + 10)
  const files = records.flatMap((record) => {
    const file = fileOf(record)
    return file?.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : []
  })
  const branch = header('head')
  const numbers = numbersIn(header('ab'))
  return {
    repository: true,
    ...(branch !== undefined && branch !== '(detached)' && { branch }),
    ...(numbers && { ahead: Number(numbers[1]), behind: Number(numbers[2]) }),
    files: files.slice(0, mostFiles),
    more: files.length > mostFiles,
  }
}

const without = (note: string): GitStatus => ({ repository: false, note, files: [], more: false })

/** The branch and the changed files of the project; without a repository, or without git, that it says so. */
export async function gitStatus(bench: Bench, signal: AbortSignal): Promise<GitStatus> {
  try {
    const { workTree } = await findRepository(bench.root)
    const below = relative(workTree, bench.root).split(sep).join('/')
    const printed = await printedByGit(bench, [...options, '--', '.'], signal)
    // Bytes: a NUL ends each record.
    return gitStatusIn(printed.bytes().toString('utf8'), below === '' ? '' : `${below}/`)
  } catch (error) {
    if (error instanceof ToolFailure && error.code === 'git_failed') return without(error.message)
    throw error
  }
}

/** The folder in which git keeps what a commit or a checkout changes; undefined where there is none. */
export const gitFolderOf = async (bench: Bench): Promise<string | undefined> =>
  (await findRepository(bench.root).catch(() => undefined))?.gitFolder
