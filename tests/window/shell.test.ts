import { join, resolve } from 'node:path'
import { cacheRoot } from '../cluster/harness/cache-folder.ts'
import { exec } from '../cluster/harness/exec.ts'

const shell = resolve(import.meta.dirname, '../../desktop-client/shell')

test('the shell’s own tests', async () => {
  const said = await exec('cargo', ['test', '--locked', '--features', 'tauri/custom-protocol'], {
    cwd: shell,
    env: { CARGO_TARGET_DIR: join(cacheRoot(), 'window', 'target') },
    withinMs: 400_000,
  })
  expect(said).toMatch(/test result: ok\. [1-9]\d* passed; 0 failed/)
}, 420_000)
