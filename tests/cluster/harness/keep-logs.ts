import { copyFile, cp, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Keeps what the programs and the pods of a cluster said, and its audit log, for whoever wonders why a test failed; those of the one before go. */
export async function keepLogs(folder: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  for (const from of [folder, join(folder, 'control-plane')])
    for (const name of await readdir(from).catch(() => []))
      if (name.endsWith('.log')) await copyFile(join(from, name), join(to, name))
  const pods = join(folder, 'control-plane', 'pod-logs')
  await cp(pods, join(to, 'pods'), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    // It failed before there was a node.
    if (error.code !== 'ENOENT') throw error
  })
}
