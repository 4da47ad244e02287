import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createLog } from '@codelab/runtime/log'
import manifest from '../package.json' with { type: 'json' }
import { homeOf } from './account/home.ts'
import { startEngine, type Engine } from './server/start.ts'
import { openShellLines } from './server/shell/shell-lines.ts'
import { readWindow } from './server/shell/window-file.ts'

/** The engine of a native window: prints where the page is, and ends when its standard input does. */
async function main(): Promise<void> {
  const { env, stdin, stdout } = process
  const { values, positionals } = parseArgs({
    options: { server: { type: 'string' } },
    allowPositionals: true,
  })
  const log = createLog({ service: 'engine', level: env.CODELAB_DEBUG ? 'debug' : 'warn' })
  const home = homeOf(env)

  const { promise: engine, resolve: onStart, reject: onFailure } = Promise.withResolvers<Engine>()
  const lines = openShellLines({
    input: stdin,
    output: stdout,
    log,
    onCommand: (command) => {
      if (command.type !== 'entry') return engine.then((started) => started.command(command))
      return engine.then((started) => lines.address(started.entry()))
    },
    onEnd: () => {
      // What is open is closed in order; a line that hangs must not keep the engine alive.
      setTimeout(() => process.exit(), 3_000).unref()
      void engine.then((started) => started.close()).finally(() => process.exit())
    },
  })
  const window = await readWindow(home.folder)
  if (window) lines.event({ type: 'window', window })

  startEngine({
    home,
    env,
    log,
    version: manifest.version,
    uiFolder: env.CODELAB_UI ?? resolve(import.meta.dirname, '../../ui/dist'),
    shownIn: 'window',
    server: values.server ?? env.CODELAB_SERVER,
    folder: positionals[0] === undefined ? undefined : resolve(positionals[0]),
    onShellEvent: (event) => lines.event(event),
  }).then(onStart, onFailure)
  lines.address((await engine).entry())
}

// A promise, not an await: the packaged engine is one file in Node's older module form, which has none at the top.
main().catch((error: unknown) => {
  process.stderr.write(`codelab: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
