import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { GitStatus } from '@codelab/contracts/engine-ui/files'
import type { Project } from '@codelab/contracts/engine-ui/projects'
import type { Log } from '@codelab/runtime/log'
import { EngineFailure } from '../../engine-failure.ts'
import { gitFolderOf, gitStatus } from '../../workspace/desk/git-state.ts'
import { openBench } from '../../workspace/open-workspace.ts'
import type { Bench } from '../../workspace/tools/tool.ts'
import { type Change, type Watching, watchFolder } from '../../workspace/watching/watch-folder.ts'
import { createFileBatches, type FileChange } from './file-batches.ts'
import { watchGit } from './watch-git.ts'

const lookEveryMs = 3_000
const gitSettleMs = 300

/** The same for the same folder of this machine. */
export const projectIdOf = (path: string): string =>
  createHash('sha256').update(path).digest('hex').slice(0, 24)

/** A project that is open in this engine. */
export type OpenProject = {
  readonly id: string
  readonly path: string
  readonly openedAt: string
  /** For the tree, the editor and the search; throws when the folder is gone. */
  bench(): Bench
  /** The same for all sessions of the project, so that the work of one is not taken for a person's by another. */
  readonly own: Bench['own']
  present(): boolean
  git(signal: AbortSignal): Promise<GitStatus>
  /** Tells of changes that were not made by tools. */
  onChange(listener: (change: Change) => void): () => void
  close(): Promise<void>
}

export const shownProject = (
  { id, path, openedAt }: Pick<OpenProject, 'id' | 'path' | 'openedAt'>,
  how: Pick<Project, 'open' | 'present' | 'open_elsewhere'>,
): Project => ({ id, name: basename(path), path, opened_at: openedAt, ...how })

const missing = (path: string) =>
  new EngineFailure('not_found', 'folder_missing', {
    message: `The project folder ${path} is gone, or became something else. Bring it back, or close the project.`,
    place: path,
  })

/** The folder is the one that was opened when device and number are the same. */
const identityOf = async (path: string): Promise<string | undefined> => {
  const stats = await stat(path).catch(() => undefined)
  return stats?.isDirectory() ? `${stats.dev} ${stats.ino}` : undefined
}

/** Opens a folder (a real path): watches it and answers what is asked about it, until it is closed. */
export async function openProject(parts: {
  readonly path: string
  readonly openedAt: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: Log
  readonly now: () => number
  readonly onFiles: (changes: FileChange[], more: boolean) => void
  readonly onGit: () => void
  readonly onPresent: (present: boolean) => void
}): Promise<OpenProject> {
  const { path, openedAt, env, log, onFiles, onGit, onPresent } = parts
  const now = () => new Date(parts.now())
  const bench = await openBench(path, { log, env, now })
  const listeners = new Set<(change: Change) => void>()
  let identity = await identityOf(path)
  let present = true
  let closed = false

  let gitTimer: NodeJS.Timeout | undefined
  const gitSoon = () => {
    clearTimeout(gitTimer)
    gitTimer = setTimeout(onGit, gitSettleMs)
  }
  const batches = createFileBatches((changes, more) => {
    onFiles(changes, more)
    gitSoon()
  })

  let watching: Promise<Watching>
  const watchAgain = () => {
    watching = watchFolder({
      root: bench.root,
      own: bench.own,
      log,
      now,
      onChange: (change) => listeners.forEach((tell) => tell(change)),
      onSeen: (changed, kind) => batches.add(changed, kind),
    })
    watching.catch((error: unknown) => log.warn({ err: error }, 'the folder is not watched'))
  }
  watchAgain()
  const git = watchGit(await gitFolderOf(bench), gitSoon)

  const look = async () => {
    const found = await identityOf(path)
    const there = found !== undefined && (present ? found === identity : true)
    if (closed || there === present) return
    present = there
    if (there) {
      // Another folder under the same name is watched anew; its tools find it by its path.
      identity = found
      await watching.then((one) => one.close()).catch(() => undefined)
      if (!closed) watchAgain()
    }
    onPresent(present)
  }
  const timer = setInterval(() => void look(), lookEveryMs)
  timer.unref()

  return {
    id: projectIdOf(path),
    path,
    openedAt,
    own: bench.own,
    bench: () => {
      if (!present) throw missing(path)
      return bench
    },
    present: () => present,
    git: (signal) => gitStatus(bench, signal),
    onChange: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: async () => {
      closed = true
      clearInterval(timer)
      clearTimeout(gitTimer)
      batches.close()
      git.close()
      await watching.then((one) => one.close()).catch(() => undefined)
    },
  }
}
