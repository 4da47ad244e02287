import { dirname, join } from 'node:path'
import { exec } from './exec.ts'

export type KubectlOptions = {
  /** Given to `-f -`. */
  readonly input?: string
  /** Another identity than the administrator's. */
  readonly kubeconfig?: string
  readonly withinMs?: number
}

/** Runs kubectl and answers what it printed; a failure's message is what kubectl said. */
export type Kubectl = (args: readonly string[], options?: KubectlOptions) => Promise<string>

/** Longer than any `--timeout` that a test gives to `kubectl wait`. */
const patienceMs = 600_000

/** kubectl as the administrator of one cluster, with a cache of its own: two clusters may have the same address one after the other. */
export const createKubectl =
  (program: string, kubeconfigPath: string): Kubectl =>
  (args, { input, kubeconfig = kubeconfigPath, withinMs = patienceMs } = {}) =>
    exec(
      program,
      [
        `--kubeconfig=${kubeconfig}`,
        `--cache-dir=${join(dirname(kubeconfigPath), 'kubectl-cache')}`,
        ...args,
      ],
      { ...(input !== undefined && { input }), withinMs },
    )
