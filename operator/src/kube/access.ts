import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node'

/** What it takes to speak to one API server as one user, at this moment. */
export type Access = {
  /** Scheme, host and port; `prefix` is the path below which the API is served, without a slash at its end. */
  readonly origin: string
  readonly prefix: string
  readonly headers: Readonly<Record<string, string>>
  readonly tls: {
    readonly ca?: string | Buffer
    readonly cert?: string | Buffer
    readonly key?: string | Buffer
    readonly servername?: string
    readonly rejectUnauthorized?: boolean
  }
}

/** The configuration of this process: `KUBECONFIG`, `~/.kube/config`, else the service account of its pod. Reads files. */
export function loadConfig(): KubeConfig {
  const config = new KubeConfig()
  config.loadFromDefault()
  return config
}

/** Takes address and credentials out of a configuration; runs its credential plugin and reads its token file where it has one. */
export async function accessOf(config: KubeConfig): Promise<Access> {
  const cluster = config.getCurrentCluster()
  if (!cluster?.server) throw new Error('the Kubernetes configuration names no current cluster')
  if (cluster.proxyUrl)
    throw new Error(
      `the cluster "${cluster.name}" of the Kubernetes configuration has a proxy-url; the operator connects directly only`,
    )
  const options: RequestOptions = { headers: {} }
  await config.applyToHTTPSOptions(options)
  const url = new URL(cluster.server)
  const given = (options.headers ?? {}) as Record<string, string>
  const headers = {
    ...given,
    ...(options.auth && {
      Authorization: `Basic ${Buffer.from(options.auth).toString('base64')}`,
    }),
  }
  const { ca, cert, key, servername, rejectUnauthorized } = options
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/\/+$/, ''),
    headers,
    tls: {
      ...(ca !== undefined && { ca: ca as Buffer }),
      ...(cert !== undefined && { cert: cert as Buffer }),
      ...(key !== undefined && { key: key as Buffer }),
      ...(servername !== undefined && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
  }
}
