import type { CallItem } from '@codelab/engine/conversation/state'
import type { OpenedConversation } from '@codelab/engine/conversation/open-conversation'
import type { Style } from '../terminal/style.ts'
import { hidesSomething, visibleLine } from '../terminal/visible.ts'
import type { Texts } from '../texts/en.ts'
import { previewLines } from './preview-lines.ts'

/** What a person must see before deciding about a call: what would happen, exactly. */
export type ApprovalText = (call: CallItem) => Promise<string>

type Arguments = Readonly<Record<string, unknown>>

const path = (value: unknown) => visibleLine(typeof value === 'string' ? value : '.')

function commandLines(style: Style, texts: Texts, args: Arguments): string[] {
  const argv = Array.isArray(args.argv) ? args.argv.map(String) : []
  const say = texts.approve
  return [
    `${say.command}${args.cwd ? ` ${say.inFolder(path(args.cwd))}` : ''}:`,
    ...argv.map((argument, index) => {
      const shown = `"${visibleLine(argument)}"`
      return `  ${style.dim(`${index}`.padStart(3))}  ${index === 0 ? style.bold(shown) : shown}`
    }),
  ]
}

function headline(style: Style, texts: Texts, { tool, arguments: args }: CallItem): string[] {
  const say = texts.approve
  switch (tool) {
    case 'execute_command':
      return commandLines(style, texts, args)
    case 'write_file':
      return [`${say.write} ${style.bold(path(args.path))}`]
    case 'edit_file':
      return [`${say.edit} ${style.bold(path(args.path))}`]
    case 'delete_file':
      return [style.red(`${say.remove} ${style.bold(path(args.path))}`)]
    case 'create_directory':
      return [`${say.create} ${style.bold(path(args.path))}`]
    case 'move_file':
      return [say.move(style.bold(path(args.path)), style.bold(path(args.to)))]
    default:
      return [`${say.other} ${style.bold(path(tool))} ${path(JSON.stringify(args))}`]
  }
}

const hides = (value: unknown): boolean =>
  typeof value === 'string'
    ? hidesSomething(value)
    : value !== null && typeof value === 'object' && Object.values(value).some(hides)

/** Shows tool, reason, time limit and difference; `preview` asks the project folder, where this client has it. */
export function createApprovalText(options: {
  readonly style: Style
  readonly texts: Texts
  readonly preview?: OpenedConversation['preview']
}): ApprovalText {
  const { style, texts, preview } = options
  const say = texts.approve

  const difference = async ({ tool, arguments: args }: CallItem): Promise<string[]> => {
    if (!preview) return []
    try {
      const shown = await preview(tool, args)
      return shown ? previewLines(style, texts, shown) : []
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      return [style.yellow(say.previewFailed(visibleLine(message)))]
    }
  }

  return async (call) => {
    const lines = [
      '',
      `${style.yellow('▲')} ${style.bold(say.title)}`,
      ...headline(style, texts, call),
      ...(await difference(call)),
      ...(hides(call.arguments) ? [style.red(say.hidden)] : []),
      ...(call.reason ? [style.dim(say.reason(visibleLine(call.reason)))] : []),
      ...(call.expiresAt
        ? [style.dim(say.expires(new Date(call.expiresAt).toLocaleString()))]
        : []),
    ]
    return lines.join('\n')
  }
}
