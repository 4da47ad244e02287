import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

/** Nobody answers there. */
const noServer = 'http://127.0.0.1:9'

/** Writes what V8 makes of the engine's script; good for this very Node. `resources`: the page and what else the engine reads. */
export async function compileEngine(
  engine: string,
  into: string,
  resources: string,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'codelab-compile-'))
  try {
    await run(process.execPath, [join(import.meta.dirname, 'compile-program.ts'), engine, into], {
      cwd: home,
      env: {
        ...process.env,
        // What is compiled depends on the flags.
        NODE_OPTIONS: '',
        HOME: home,
        CODELAB_HOME: home,
        CODELAB_KEYRING: 'off',
        CODELAB_RESOURCES: resources,
        CODELAB_SERVER: noServer,
        CODELAB_UI: join(resources, 'page'),
      },
      // Its end would be the engine's.
      stdin: 'pipe',
    })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
