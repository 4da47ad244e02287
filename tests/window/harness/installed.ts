import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exec } from '../../cluster/harness/exec.ts'

/** The application as its package would install it, in a folder of its own. */
export async function installApplication(file = process.env['TEST_WINDOW_PACKAGE']) {
  if (!file) throw new Error('the package is built by the runner: npm run e2e -- window')
  const folder = await mkdtemp(join(tmpdir(), 'codelab-window-'))
  await exec('dpkg-deb', ['--extract', file, folder])
  return {
    file,
    folder,
    program: join(folder, 'usr/bin/codelab'),
    engine: join(folder, 'usr/bin/codelab-engine'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
