import type { ToolArguments, ToolName } from '@codelab/contracts/tools'
import type { Log } from '@codelab/runtime/log'
import type { Sandbox } from '../program/sandbox/sandbox.ts'
import type { Trash } from '../trash/trash.ts'
import type { Keep } from '../undo/keep.ts'
import type { Locate } from '../place/locate.ts'
import type { OwnChanges } from '../watching/own-changes.ts'
import type { Seen } from './seen.ts'

/** What the tools of one project folder share. */
export type Bench = {
  /** The real path of the project folder. */
  readonly root: string
  readonly locate: Locate
  /** Changes that tools made themselves. */
  readonly own: OwnChanges
  readonly seen: Seen
  readonly trash: Trash
  /** For programs that are started: a fixed list of variables. */
  readonly environment: Readonly<Record<string, string>>
  /** In which commands run. */
  readonly sandbox: Sandbox
  readonly log: Log
}

/** Does what a tool promises; the arguments fit its schema. What it changes, it tells `keep` first. Throws ToolFailure. */
export type Run<Name extends ToolName> = (
  bench: Bench,
  args: ToolArguments<Name>,
  signal: AbortSignal,
  keep: Keep,
) => Promise<unknown>
