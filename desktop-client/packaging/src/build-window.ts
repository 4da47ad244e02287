import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleEngine } from './engine-bundle.ts'
import { makeEngine } from './engine-executable.ts'
import { root, shellFolder, staging, targetTriple } from './places.ts'
import { gatherResources } from './resources.ts'
import { run } from './run.ts'

export type WindowBuild = {
  /** Kinds of packages: `deb`, `rpm`, `dmg`, `nsis`; absent: all of this system. */
  readonly bundles?: readonly string[]
  /** Unoptimized: a third of the time to build. */
  readonly debug?: boolean
  /** The built page. */
  readonly page?: string
  /** Where Cargo keeps what it has compiled. */
  readonly target: string
}

/** Makes the packages of the application, engine and page inside; answers the folder that holds them by kind. */
export async function buildWindow({ bundles, debug, page, target }: WindowBuild): Promise<string> {
  await mkdir(staging, { recursive: true })
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const engine = join(staging, `codelab-engine-${targetTriple()}${suffix}`)
  const script = join(staging, 'engine.cjs')
  const inputs = await bundleEngine(script)
  const resources = join(staging, 'resources')
  await gatherResources(resources, page ?? join(root, 'desktop-client/ui/dist'), inputs)
  await makeEngine({ script, resources, folder: staging }, engine)
  const options = [
    ...['--config', 'tauri.bundle.conf.json'],
    ...(bundles ? ['--bundles', bundles.join(',')] : []),
    ...(debug ? ['--debug'] : []),
  ]
  const made = join(target, debug ? 'debug' : 'release', 'bundle')
  // Older versions lie there under other names.
  await rm(made, { recursive: true, force: true })
  const tauri = join(root, 'node_modules/@tauri-apps/cli/tauri.js')
  // What Cargo locked is what is built.
  await run(process.execPath, [tauri, 'build', ...options, '--', '--locked'], {
    cwd: shellFolder,
    env: { ...process.env, CARGO_TARGET_DIR: target, CI: 'true' },
  })
  return made
}
