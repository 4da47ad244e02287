import { join } from 'node:path'
import { cachedFolder, cacheRoot } from '../../../cluster/harness/cache-folder.ts'
import { exec } from '../../../cluster/harness/exec.ts'

const installWithinMs = 900_000

/** The wheels of one Python package with all that it needs, at one exact version, in a folder of their own; `bin` below it has its programs. */
export async function installPython(
  name: string,
  version: string,
  say: (line: string) => void,
  extra = '',
): Promise<string> {
  const python = await exec('python3', [
    '-c',
    'import sys, pip; print("%d.%d" % sys.version_info[:2])',
  ]).catch((error: unknown) => {
    throw new Error(
      `${name} comes from PyPI: install Python 3.9 or newer with pip (Debian: python3-pip)`,
      {
        cause: error,
      },
    )
  })
  const folder = join(cacheRoot(), `peers-${name}-${version}-python${python.trim()}`)
  return cachedFolder(folder, async (unfinished) => {
    say(`installing ${name} ${version} (once) …`)
    const wanted = `${name}${extra}==${version}`
    const args = ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--target', unfinished]
    await exec('python3', [...args, wanted], { withinMs: installWithinMs })
  })
}
