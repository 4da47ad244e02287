import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { shellFolder } from '@codelab/packaging/places'
import { buildWindow } from '@codelab/packaging/build-window'
import { exec } from '../../cluster/harness/exec.ts'
import { cacheRoot, withLock } from '../../cluster/harness/cache-folder.ts'

/** What Cargo has compiled is kept between runs: the next one compiles the shell alone. */
const target = join(cacheRoot(), 'window', 'target')

/** The application as a .deb with the page of the checkout; unoptimized, since it is built much faster. */
export const buildPackage = (debug = true): Promise<string> =>
  withLock(join(cacheRoot(), 'window.lock'), async () => {
    const folder = join(await buildWindow({ bundles: ['deb'], debug, target }), 'deb')
    const file = (await readdir(folder)).find((name) => name.endsWith('.deb'))
    if (!file) throw new Error(`no .deb was made in ${folder}`)
    return join(folder, file)
  })

/** The empty window that the application is compared with. */
export async function buildEmptyWindow(): Promise<string> {
  await exec(
    'cargo',
    [
      'build',
      '--release',
      '--locked',
      '--features',
      'tauri/custom-protocol',
      '--example',
      'empty_window',
    ],
    { cwd: shellFolder, env: { CARGO_TARGET_DIR: target }, withinMs: 600_000 },
  )
  return join(target, 'release/examples/empty_window')
}
