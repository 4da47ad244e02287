import { extname } from 'node:path'
import { isToolName, tools } from '@codelab/contracts/tools'
import { editText } from '../terminal/editor.ts'

type Arguments = Readonly<Record<string, unknown>>

export type Edited =
  | { readonly kind: 'edited'; readonly arguments: Record<string, unknown> }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'invalid'; readonly message: string }

/** Checks edited arguments as the server will, so that a slip is told at once. */
function checked(tool: string, args: unknown): Edited {
  if (!isToolName(tool)) return { kind: 'invalid', message: `unknown tool ${tool}` }
  const parsed = tools[tool].arguments.safeParse(args)
  if (parsed.success) return { kind: 'edited', arguments: parsed.data }
  const issue = parsed.error.issues[0]
  return {
    kind: 'invalid',
    message: [issue?.path.join('.'), issue?.message].filter(Boolean).join(': '),
  }
}

/** Lets the person change a call's arguments: the file's content for write_file, else the arguments as JSON. */
export async function editArguments(
  editor: string,
  tool: string,
  args: Arguments,
): Promise<Edited> {
  if (tool === 'write_file' && typeof args.content === 'string') {
    const name = `content${/^\.\w+$/.test(extname(String(args.path))) ? extname(String(args.path)) : '.txt'}`
    const content = await editText(editor, name, args.content)
    return content === args.content ? { kind: 'unchanged' } : checked(tool, { ...args, content })
  }
  const before = `${JSON.stringify(args, null, 2)}\n`
  const after = await editText(editor, 'arguments.json', before)
  if (after === before) return { kind: 'unchanged' }
  try {
    return checked(tool, JSON.parse(after))
  } catch (error) {
    return { kind: 'invalid', message: error instanceof Error ? error.message : String(error) }
  }
}
