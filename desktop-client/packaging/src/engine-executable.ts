import { build } from 'esbuild'
import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compileEngine } from './compile-engine.ts'
import { root } from './places.ts'
import { run } from './run.ts'

/** What Node looks for in its own file to know that a program lies in it; fixed by Node. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

export type EngineParts = {
  /** The engine's script, by `bundleEngine`. */
  readonly script: string
  /** The folder that will lie beside the executable. */
  readonly resources: string
  /** For what is made on the way. */
  readonly folder: string
}

/** One executable that needs no Node: Node itself with the engine inside. */
export async function makeEngine({ script, resources, folder }: EngineParts, into: string) {
  const main = join(folder, 'main.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'executable-main.ts')],
    outfile: main,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'warning',
  })
  // Made by the very Node that it goes into: compiled code is bound to its version.
  const compiled = join(folder, 'engine.compiled')
  await compileEngine(script, compiled, resources)
  const output = join(folder, 'engine.blob')
  const config = join(folder, 'engine.json')
  const assets = { 'engine.cjs': script, 'engine.compiled': compiled }
  await writeFile(
    config,
    JSON.stringify({ main, output, assets, disableExperimentalSEAWarning: true }),
  )
  await run(process.execPath, ['--experimental-sea-config', config], { cwd: folder })
  await copyFile(process.execPath, into)
  await chmod(into, 0o755)
  const postject = join(root, 'node_modules/postject/dist/cli.js')
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : []
  const what = [into, 'NODE_SEA_BLOB', output, '--sentinel-fuse', fuse, ...segment]
  await run(process.execPath, [postject, ...what], { cwd: folder })
}
