import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cachedFolder, cacheRoot } from '../../../cluster/harness/cache-folder.ts'
import { exec } from '../../../cluster/harness/exec.ts'

const installWithinMs = 300_000

/** Packages of npm at exact versions, which hold for whoever else of them wants one of these too; `node_modules` is below the folder. */
export async function installNpm(
  name: string,
  packages: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<string> {
  const wanted = { private: true, dependencies: packages, overrides: packages }
  const text = JSON.stringify(wanted, null, 2)
  const key = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return cachedFolder(join(cacheRoot(), `peers-${name}-${key}`), async (unfinished) => {
    say(
      `installing ${Object.entries(packages)
        .map((each) => each.join(' '))
        .join(', ')} (once) …`,
    )
    await writeFile(join(unfinished, 'package.json'), text)
    await exec('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: unfinished,
      withinMs: installWithinMs,
      env: { PATH: `${dirname(process.execPath)}:${process.env['PATH']}` },
    })
  })
}
