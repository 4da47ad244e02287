import type { ToolFailureCode } from '@codelab/contracts/errors'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import {
  type ClientToolName,
  isToolName,
  type ToolArguments,
  type ToolName,
  tools,
} from '@codelab/contracts/tools'
import { createDirectory } from './tools/create-directory.ts'
import { deleteFile } from './tools/delete-file.ts'
import { editFile } from './tools/edit-file.ts'
import { executeCommand } from './tools/execute-command.ts'
import { gitDiff, gitLog, gitStatus } from './tools/git.ts'
import { listFiles } from './tools/list-files.ts'
import { moveFile } from './tools/move-file.ts'
import { readFile } from './tools/read-file.ts'
import { search } from './tools/search.ts'
import type { Bench, Run } from './tools/tool.ts'
import { writeFile } from './tools/write-file.ts'
import type { Keep } from './undo/keep.ts'
import { ToolFailure, toolFailureOf } from './tool-failure.ts'

const runs: { readonly [Name in ClientToolName]: Run<Name> } = {
  read_file: readFile,
  list_files: listFiles,
  search,
  'git.diff': gitDiff,
  'git.status': gitStatus,
  'git.log': gitLog,
  write_file: writeFile,
  edit_file: editFile,
  create_directory: createDirectory,
  move_file: moveFile,
  delete_file: deleteFile,
  execute_command: executeCommand,
}

export type ToolOutcome =
  | { readonly result: unknown }
  | { readonly error: { readonly code: ToolFailureCode; readonly message: string } }

/** The arguments as the tool's schema has them; a path that leaves the project is told apart from other bad ones. */
export function checkedArguments<Name extends ToolName>(
  name: Name,
  args: unknown,
): ToolArguments<Name> {
  const checked = tools[name].arguments.safeParse(args)
  if (checked.success) return checked.data as ToolArguments<Name>
  const [issue] = checked.error.issues
  const field = issue?.path.join('.') || 'arguments'
  const leavesProject = /must stay inside|must be relative/.test(issue?.message ?? '')
  throw new ToolFailure(
    leavesProject ? 'path_outside_workspace' : 'invalid_arguments',
    `${name}: ${field}: ${issue?.message ?? 'not valid'}`,
  )
}

const nameOf = (args: unknown): string => {
  const path = (args as { path?: unknown } | null)?.path
  return typeof path === 'string' ? path : 'The path'
}

/** Any error as what the tool answers; only those that nobody expected are logged. */
export function errorOf(bench: Bench, name: string, args: unknown, error: unknown): ToolFailure {
  if ((error as { name?: unknown } | null)?.name === 'AbortError') {
    return new ToolFailure('cancelled', `${name} was cancelled.`, error)
  }
  const failure = toolFailureOf(error, nameOf(args))
  if (failure.code === 'failed') bench.log.warn({ tool: name, err: failure.cause }, 'tool failed')
  return failure
}

const isClientTool = (name: string): name is ClientToolName =>
  isToolName(name) && !runsInAgent(name)

/** Looks up a tool of this machine. Throws unknown_tool. */
export function toolNamed(name: string): ClientToolName {
  if (isClientTool(name)) return name
  throw new ToolFailure('unknown_tool', `There is no tool ${name.slice(0, 100)}.`)
}

/** Runs a tool and answers its result or why there is none; never throws. */
export async function executeCall(
  bench: Bench,
  name: string,
  args: unknown,
  { signal, keep }: { readonly signal: AbortSignal; readonly keep: Keep },
): Promise<ToolOutcome> {
  try {
    const tool = toolNamed(name)
    signal.throwIfAborted()
    const run = runs[tool] as Run<ClientToolName>
    return { result: await run(bench, checkedArguments(tool, args), signal, keep) }
  } catch (error) {
    const { code, message } = errorOf(bench, name, args, error)
    return { error: { code, message } }
  }
}
