import { resolve } from 'node:path'
import { openBrowser } from '@codelab/engine/account/open-browser'
import { startEngine } from '@codelab/engine/server/start'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { projectFolder } from '../talk/session.ts'

export type OpenOptions = {
  readonly server?: string
  /** False with `--no-browser`. */
  readonly browser: boolean
}

/** `codelab open`: the page in the system's browser, served from here until Ctrl-C. */
export async function open(
  context: Context,
  folder: string | undefined,
  version: string,
  options: OpenOptions,
): Promise<ExitCode> {
  const { terminal, texts, env, log, home, interrupts } = context
  const engine = await startEngine({
    home,
    env,
    log,
    version,
    uiFolder: resolve(import.meta.dirname, '../../../ui/dist'),
    shownIn: 'browser',
    server: options.server ?? context.server,
    folder: await projectFolder(context, folder),
  })
  const over = Promise.withResolvers<void>()
  const release = interrupts.take(() => over.resolve())
  try {
    const address = engine.entry()
    const opened = options.browser && (await openBrowser(address))
    terminal.out.write(`${address}\n`)
    terminal.err.write(`${opened ? texts.open.opened : texts.open.openThis}\n`)
    terminal.err.write(`${texts.open.ends}\n`)
    await over.promise
  } finally {
    release()
    await engine.close()
  }
  return exitCodes.ok
}
