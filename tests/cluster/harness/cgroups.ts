import { mkdir, readdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAbandoned } from './owner.ts'

const mount = '/sys/fs/cgroup'

/** The hierarchies that are mounted: one under version 2, one for each controller under version 1. */
async function hierarchies(): Promise<string[]> {
  const names = await readdir(mount)
  return names.includes('cgroup.controllers') ? [mount] : names.map((name) => join(mount, name))
}

const patienceMs = 5_000

/** The kernel removes only empty groups, and a process that was killed leaves its own a moment later. */
async function removeEmpty(folder: string): Promise<void> {
  const end = performance.now() + patienceMs
  for (;;)
    try {
      return await rmdir(folder)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ENOENT') return
      if (code !== 'EBUSY' || performance.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
}

/** Removes a control group with those below it. */
async function removeTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(folder, entry.name))
  await removeEmpty(folder)
}

export type Cgroups = {
  /** What the kubelet calls the group that all pods are below of. */
  readonly root: string
  remove(): Promise<void>
}

/** Makes the control group of one cluster; its name says whose it is. */
export async function createCgroups(name: string): Promise<Cgroups> {
  const roots = await hierarchies()
  for (const root of roots) await mkdir(join(root, name), { recursive: true })
  return {
    root: `/${name}`,
    async remove() {
      for (const root of roots) await removeTree(join(root, name))
    },
  }
}

/** Removes the groups of owners that are gone. */
export async function sweepCgroups(): Promise<void> {
  for (const root of await hierarchies())
    for (const name of await readdir(root))
      if (await isAbandoned(name)) await removeTree(join(root, name))
}
