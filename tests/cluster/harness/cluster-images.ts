import { buildImages } from '../images/build-images.ts'
import { cacheRoot } from './cache-folder.ts'
import { usesExistingCluster } from './existing-cluster.ts'
import type { Say } from './build-program.ts'
import { programPath } from './programs.ts'

const sayOnStderr: Say = (line) => void process.stderr.write(`${line}\n`)

/**
 * The archives of every image that a cluster of ours needs, built when they are not in the cache; none for the person's own
 * cluster, which has what they loaded into it.
 */
export async function clusterImages(say = sayOnStderr): Promise<string[]> {
  if (usesExistingCluster()) return []
  const corednsProgram = await programPath('coredns', say)
  const { tars } = await buildImages({ cache: cacheRoot(), corednsProgram, say })
  return tars
}
