import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildWindow } from '@codelab/packaging/build-window'
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
