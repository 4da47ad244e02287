import type { Cluster, ClusterOptions } from './cluster.ts'
import { openExistingCluster, usesExistingCluster } from './existing-cluster.ts'
import { startNodeCluster } from './node-cluster.ts'

/**
 * A cluster for a test: the one of KUBECONFIG when that is set and CI is not, as it is, else one of its own with one node, in
 * namespaces of its own. It ends with `down`, and also when the process that started it dies.
 */
export const startCluster = (options: ClusterOptions): Promise<Cluster> =>
  usesExistingCluster() ? openExistingCluster() : startNodeCluster(options)
