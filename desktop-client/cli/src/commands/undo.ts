import { realpath } from 'node:fs/promises'
import { Failure } from '@codelab/runtime/failure'
import { undoFolderIn } from '@codelab/engine/conversation/bindings'
import { ToolFailure } from '@codelab/engine/workspace/tool-failure'
import type { Change, Step } from '@codelab/engine/workspace/undo/change'
import { type Changes, openChanges } from '@codelab/engine/workspace/undo/open-changes'
import type { Refusal } from '@codelab/engine/workspace/undo/undo-steps'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { projectFolder } from '../talk/session.ts'
import { unifiedDiff } from '../terminal/diff.ts'
import { readLine } from '../terminal/keys.ts'
import { visibleLine } from '../terminal/visible.ts'

export type UndoOptions = {
  readonly project?: string
  readonly list?: boolean
  readonly change?: string
  readonly yes?: boolean
  readonly json?: boolean
}

function stepText({ texts }: Context, step: Step): string {
  const say = texts.undo.did
  const path = visibleLine(step.path)
  switch (step.kind) {
    case 'text':
      return step.before ? say.changed(path) : say.made(path)
    case 'folder_made':
      return say.folder(path)
    case 'moved':
      return say.moved(path, visibleLine(step.to))
    case 'trashed':
      return say.deleted(path)
  }
}

const did = (context: Context, { steps }: Change): string =>
  steps.map((step) => stepText(context, step)).join(', ')

function lineOf(context: Context, change: Change): string {
  const { style, texts } = context
  const when = style.dim(new Date(change.at).toLocaleString())
  const undone = change.undone_at ? [style.dim(texts.undo.isUndone)] : []
  return [change.id, when, did(context, change), ...undone].join('  ')
}

/** `codelab undo`: takes back the latest change of the tools, or the one that is named; `--list` shows them. */
export async function undo(
  context: Context,
  session: string | undefined,
  options: UndoOptions,
): Promise<ExitCode> {
  const { terminal, texts, home, log, env } = context
  const changes = openChanges({ folder: undoFolderIn(home.folder), log, env })
  const found = session
    ? await changes.changesOf(session)
    : await changes.changesIn(await realpath(await projectFolder(context, options.project)))
  if (options.list) {
    for (const change of found)
      terminal.out.write(`${options.json ? JSON.stringify(change) : lineOf(context, change)}\n`)
    if (found.length === 0 && !options.json) terminal.err.write(`${texts.undo.none}\n`)
    return exitCodes.ok
  }
  const change = options.change
    ? found.find(({ id }) => id === options.change)
    : found.find(({ undone_at }) => undone_at === undefined)
  if (!change) {
    const { none, unknown } = texts.undo
    terminal.err.write(`${options.change ? unknown(visibleLine(options.change)) : none}\n`)
    return options.change ? exitCodes.usage : exitCodes.ok
  }
  return await takeBack(context, changes, change, options)
}

async function takeBack(
  context: Context,
  changes: Changes,
  change: Change,
  { yes }: UndoOptions,
): Promise<ExitCode> {
  const { terminal, texts } = context
  const refusal = await changes.refusalOf(change)
  if (refusal) return refuse(context, change, refusal)
  if (!yes && !(await confirmed(context, change))) {
    terminal.err.write(`${texts.undo.kept}\n`)
    return exitCodes.cancelled
  }
  try {
    const undone = await changes.undo(change.id)
    if (undone.outcome === 'refused') return refuse(context, change, undone.refusal)
  } catch (error) {
    if (!(error instanceof ToolFailure)) throw error
    return refuse(context, change, { path: '', message: error.message })
  }
  terminal.err.write(`${texts.undo.done(did(context, change))}\n`)
  return exitCodes.ok
}

/** Says why, and where it is about a text, what is in the file now against what would be put back. */
function refuse(
  { terminal, texts, style }: Context,
  { id }: Change,
  { path, message, now, before }: Refusal,
): ExitCode {
  terminal.err.write(`${style.yellow(texts.undo.refused(id, visibleLine(message)))}\n`)
  if (now?.kind === 'text' && before?.kind === 'text') {
    terminal.err.write(`${texts.undo.difference}\n`)
    terminal.out.write(unifiedDiff(style, visibleLine(path), now.text, before.text))
  }
  return exitCodes.failed
}

async function confirmed(context: Context, change: Change): Promise<boolean> {
  const { terminal, texts } = context
  if (!terminal.interactive) {
    throw new Failure('invalid_request', { message: texts.undo.needsYes })
  }
  const answer = await readLine(terminal, texts.undo.really(did(context, change)))
  return answer.kind === 'line' && /^[yд]/i.test(answer.text.trim())
}
