import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '../harness/exec.ts'

export const release = 'bookworm'
/** Beside the smallest set: what Node and PostgreSQL are linked to, and what the product's Dockerfile would install, for which there may be no network here. */
export const packages = ['ca-certificates', 'libstdc++6', 'libjemalloc2']

const unneeded = [
  'var/cache/apt/archives',
  'var/lib/apt/lists',
  'var/log',
  'usr/share/doc',
  'usr/share/info',
  'usr/share/locale',
  'usr/share/man',
]

const withinMs = 900_000

/** A Debian root file system as a tar, out of Debian's own packages. */
export async function makeDebian(context: string): Promise<void> {
  const folder = join(context, 'debian')
  const include = `--include=${packages.join(',')}`
  await exec('debootstrap', ['--variant=minbase', include, release, folder], { withinMs })
  const kept = ['--numeric-owner', '--one-file-system', '-C', folder]
  const cut = unneeded.map((path) => `--exclude=./${path}/*`)
  await exec('tar', ['-cf', join(context, 'debian.tar'), ...cut, ...kept, '.'], { withinMs })
  await rm(folder, { recursive: true, force: true })
}
