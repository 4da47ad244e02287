import { realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Log } from '@codelab/runtime/log'
import {
  checkedArguments,
  errorOf,
  executeCall,
  type ToolOutcome,
  toolNamed,
} from './execute-call.ts'
import { createLocate } from './place/locate.ts'
import { assertShown, previews } from './preview/preview-call.ts'
import type { Preview } from './preview/preview.ts'
import { cleanEnvironment } from './program/environment.ts'
import { createSandbox, type Sandbox, usualSandbox } from './program/sandbox/sandbox.ts'
import { ToolFailure } from './tool-failure.ts'
import { createSeen } from './tools/seen.ts'
import type { Bench } from './tools/tool.ts'
import { createTrash } from './trash/trash.ts'
import { createKeep, keepNothing } from './undo/keep.ts'
import { createOwnChanges, type OwnChanges } from './watching/own-changes.ts'
import { type Change, type Watching, watchFolder } from './watching/watch-folder.ts'

export type Workspace = {
  /** The real path of the project folder. */
  readonly root: string
  /** Runs a tool inside the folder; never rejects. */
  execute(
    name: string,
    args: unknown,
    options: { readonly signal: AbortSignal; readonly callId?: string },
  ): Promise<ToolOutcome>
  /** What the call would do; undefined for tools that only look. Throws ToolFailure when it could not be done. */
  preview(name: string, args: unknown): Promise<Preview | undefined>
  /** Tells of files that were changed by others than the tools. */
  watch(onChange: (change: Change) => void): Promise<Watching>
  /** Ends every watch. */
  close(): Promise<void>
}

export type WorkspaceOptions = {
  readonly log: Log
  /** The variables from which those for started programs are chosen. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly now?: () => Date
  /** In which commands run; else the usual one: without network, where the system can. */
  readonly sandbox?: Sandbox | undefined
  /** Shared by the sessions of one project, so that the tools of one are not taken for a person by another. */
  readonly changes?: OwnChanges | undefined
  /** For undo: where the client keeps what was there before a session's changes. Without it only deletions can be taken back, from the trash. */
  readonly undo?: { readonly folder: string; readonly sessionId: string }
}

async function realFolder(folder: string): Promise<string> {
  const real = await realpath(folder).catch((error: unknown) => {
    throw new ToolFailure('file_not_found', `There is no folder ${resolve(folder)}.`, error)
  })
  if ((await stat(real)).isDirectory()) return real
  throw new ToolFailure('not_a_directory', `${real} is not a folder.`)
}

type BenchOptions = Pick<WorkspaceOptions, 'log' | 'env' | 'now' | 'changes' | 'sandbox'> & {
  /** The client's own folder, for a trash where the system has none. */
  readonly own?: string | undefined
}

/** What the tools of a project folder work with. */
export async function openBench(
  folder: string,
  { log, env, now, own: clientFolder, changes, sandbox }: BenchOptions,
): Promise<Bench> {
  const root = await realFolder(folder)
  const own = changes ?? createOwnChanges()
  return {
    root,
    own,
    log,
    locate: createLocate(root),
    seen: createSeen(own),
    trash: createTrash({ root, env, own: clientFolder, ...(now && { now }) }),
    environment: cleanEnvironment(env, root),
    sandbox: sandbox ?? createSandbox(async () => usualSandbox),
  }
}

/** Opens a project folder for the tools; nothing outside it is read or changed through what this answers. */
export async function openWorkspace(
  folder: string,
  { log, env, now = () => new Date(), undo, changes, sandbox }: WorkspaceOptions,
): Promise<Workspace> {
  const bench = await openBench(folder, { log, env, now, own: undo?.folder, changes, sandbox })
  const { root, own } = bench
  const keepFor = undo ? createKeep({ ...undo, root }) : () => keepNothing
  const watches = new Set<Watching>()
  return {
    root,
    execute: (name, args, { signal, callId }) =>
      executeCall(bench, name, args, { signal, keep: keepFor(callId) }),
    preview: async (name, args) => {
      try {
        const tool = toolNamed(name)
        const preview = previews[tool] as
          | ((bench: Bench, args: unknown) => Promise<Preview>)
          | undefined
        return preview && assertShown(await preview(bench, checkedArguments(tool, args)))
      } catch (error) {
        throw errorOf(bench, name, args, error)
      }
    },
    watch: async (onChange) => {
      const watching = await watchFolder({ root, own, log, now, onChange })
      watches.add(watching)
      return {
        close: async () => {
          watches.delete(watching)
          await watching.close()
        },
      }
    },
    close: async () => {
      for (const watching of watches) await watching.close()
      watches.clear()
    },
  }
}
