import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The editor's command could not be started. */
export class EditorFailure extends Error {
  override readonly name = 'EditorFailure'
}

/** The person's editor by the usual variables. */
export const editorOf = (env: Readonly<Record<string, string | undefined>>): string =>
  env.VISUAL || env.EDITOR || (process.platform === 'win32' ? 'notepad' : 'vi')

// The variable is the person's own and may hold arguments; the file's name is ours and goes in as one argument.
const started = (editor: string, file: string) =>
  process.platform === 'win32'
    ? spawn(`${editor} "${file}"`, { stdio: 'inherit', shell: true })
    : spawn('sh', ['-c', `${editor} "$1"`, 'codelab', file], { stdio: 'inherit' })

/** Lets the person change a text in their editor; nobody else can read it meanwhile. `name` decides what the editor makes of it. */
export async function editText(editor: string, name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'codelab-'))
  const file = join(folder, name)
  try {
    await writeFile(file, text, { mode: 0o600 })
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = started(editor, file)
      child.once('error', reject)
      child.once('exit', resolve)
    })
    if (code !== 0) throw new EditorFailure(editor)
    return await readFile(file, 'utf8')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
