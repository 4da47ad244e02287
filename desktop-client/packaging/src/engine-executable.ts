import { chmod, copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleEngine } from './engine-bundle.ts'
import { root } from './places.ts'
import { run } from './run.ts'

/** What Node looks for in its own file to know that a program lies in it; fixed by Node. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

/** One executable that needs no Node: Node itself with the engine inside. Answers the files the engine was made of. */
export async function makeEngine(folder: string, into: string): Promise<string[]> {
  const main = join(folder, 'engine.cjs')
  const output = join(folder, 'engine.blob')
  const inputs = await bundleEngine(main)
  const config = join(folder, 'engine.json')
  await writeFile(
    config,
    JSON.stringify({ main, output, disableExperimentalSEAWarning: true, useCodeCache: true }),
  )
  // Made by the very Node that it goes into: compiled code is bound to its version.
  await run(process.execPath, ['--experimental-sea-config', config], { cwd: folder })
  await copyFile(process.execPath, into)
  await chmod(into, 0o755)
  const postject = join(root, 'node_modules/postject/dist/cli.js')
  const segment = process.platform === 'darwin' ? ['--macho-segment-name', 'NODE_SEA'] : []
  const what = [into, 'NODE_SEA_BLOB', output, '--sentinel-fuse', fuse, ...segment]
  await run(process.execPath, [postject, ...what], { cwd: folder })
  return inputs
}
