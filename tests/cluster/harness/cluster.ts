import type { Identity } from './access.ts'
import type { Forward } from './forward.ts'
import type { Kubectl } from './kubectl.ts'

/** A Service or a pod, by one of its ports. */
export type Target = {
  readonly namespace: string
  readonly port: number
} & ({ readonly service: string } | { readonly pod: string })

export type RunOptions = {
  readonly input?: string
  readonly env?: NodeJS.ProcessEnv
  readonly withinMs?: number
}

/** A cluster with a node, whoever started it. */
export type Cluster = {
  /** The administrator's configuration. */
  readonly kubeconfigPath: string
  readonly kubectl: Kubectl
  /** The configuration of a service account, or of a user that certificates or impersonation make. */
  kubeconfigFor: (identity: Identity) => Promise<string>
  /** Runs a program where Services and pods can be reached, with KUBECONFIG set; answers what it printed. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>
  /** A port of 127.0.0.1 that leads to a Service or a pod. */
  forward(target: Target): Promise<Forward>
  /** Makes further images known to the node; in a cluster that was there before that is the person's business. */
  importImages(archives: readonly string[]): Promise<void>
  /** Where a component's logs are, and all other state; undefined in a cluster that was there before. */
  readonly folder: string | undefined
  /** An outage of the API server; undefined in a cluster that was there before. */
  readonly apiServer:
    | { stop(): Promise<void>; kill(): Promise<void>; start(): Promise<void> }
    | undefined
  readonly auditLog: string | undefined
  /** Ends what `startCluster` started. */
  down(): Promise<void>
}

export type ClusterOptions = {
  /** Archives as `docker save` writes them; `localhost/pause:1` and `localhost/coredns:1` must be among them. */
  readonly images: readonly string[]
  /** Below which folder the state goes; `.cache/test` of the repository when none is given. */
  readonly parent?: string
  readonly audit?: boolean
}
