import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ToolOutcome } from '@codelab/engine/workspace/execute-call'
import {
  openWorkspace,
  type Workspace,
  type WorkspaceOptions,
} from '@codelab/engine/workspace/open-workspace'
import { createSandbox } from '@codelab/engine/workspace/program/sandbox/sandbox'
import { snapshotOf } from '../../support/snapshot.ts'
import { createLog } from '@codelab/runtime/log'

/** What must never be seen or changed through a tool. */
export const secret = 'SECRET-of-this-machine'

export const silent = createLog({ service: 'test', level: 'silent' })

export type Project = {
  /** HOME of the tools: its trash and what is kept for undo. */
  readonly home: string
  /** Holds the project folder and what lies beside it. */
  readonly top: string
  readonly root: string
  readonly outside: string
  readonly workspace: Workspace
  run(name: string, args: unknown, signal?: AbortSignal): Promise<ToolOutcome>
  /** The result of a call that must succeed. */
  result(name: string, args: unknown): Promise<unknown>
  /** The failure code of a call that must fail. */
  code(name: string, args: unknown): Promise<string>
  write(path: string, content: string | Buffer): Promise<void>
  read(path: string): Promise<string>
  at(path: string): string
  close(): Promise<void>
}

/** Commands as they are; the sandbox has tests of its own. */
export const noSandbox = createSandbox(async () => ({ mode: 'off', network: false }))

/** The variables of this process, with another home. */
export const environmentAt = (home: string): Record<string, string | undefined> => ({
  ...process.env,
  HOME: home,
  XDG_DATA_HOME: undefined,
})

/** A project folder with the given files, and beside it a folder with a secret and a sibling whose name begins alike. */
export async function makeProject(
  files: Readonly<Record<string, string | Buffer>> = {},
  options: Partial<WorkspaceOptions> = {},
): Promise<Project> {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'codelab-')))
  const [root, outside] = [join(top, 'project'), join(top, 'outside')]
  const write = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
  }
  const home = await realpath(await mkdtemp(join(tmpdir(), 'codelab-home-')))
  for (const folder of [root, outside, `${root}-sibling`]) await mkdir(folder)
  await writeFile(join(outside, 'secret.txt'), secret)
  await writeFile(join(`${root}-sibling`, 'secret.txt'), secret)
  for (const [path, content] of Object.entries(files)) await write(path, content)

  const workspace = await openWorkspace(root, {
    log: silent,
    env: environmentAt(home),
    sandbox: noSandbox,
    ...options,
    undo: { folder: join(home, 'undo'), sessionId: 'session' },
  })
  const run = (name: string, args: unknown, signal = new AbortController().signal) =>
    workspace.execute(name, args, { signal })
  return {
    home,
    top,
    root,
    outside,
    workspace,
    run,
    result: async (name, args) => {
      const outcome = await run(name, args)
      if ('error' in outcome) throw new Error(`${name}: ${JSON.stringify(outcome.error)}`)
      return outcome.result
    },
    code: async (name, args) => {
      const outcome = await run(name, args)
      return 'error' in outcome ? outcome.error.code : `no failure: ${JSON.stringify(outcome)}`
    },
    write,
    read: (path) => readFile(join(root, path), 'utf8'),
    at: (path) => join(root, path),
    close: async () => {
      await workspace.close()
      await rm(top, { recursive: true, force: true })
      await rm(home, { recursive: true, force: true })
    },
  }
}

export { snapshotOf as snapshot }
