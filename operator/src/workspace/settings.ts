/** A peer of a network policy, as Kubernetes writes it. */
export type Peer = {
  readonly namespaceSelector?: LabelSelector
  readonly podSelector?: LabelSelector
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] }
}
export type LabelSelector = { readonly matchLabels?: Readonly<Record<string, string>> }

/** What the operator's own settings say about every workspace. */
export type Settings = {
  /** The version of workspaces that name none: the operator's own. */
  readonly version: string
  readonly image: {
    /** Registry and repository, without a tag. */
    readonly repository: string
    readonly pullPolicy: 'Always' | 'IfNotPresent' | 'Never'
    readonly pullSecrets: readonly string[]
  }
  /** Whole references; anything that keeps the official images' contract. */
  readonly storeImages: { readonly postgres: string; readonly redis: string }
  readonly logLevel: string
  /** Where spans go; absent: nowhere. */
  readonly otlpEndpoint?: string | undefined
  readonly network: {
    /** Who may reach the gateway; empty: everybody. */
    readonly gatewayFrom: readonly Peer[]
    /** Who may read metrics. */
    readonly monitoringFrom: readonly Peer[]
    /** Where names are resolved. */
    readonly dnsTo: readonly Peer[]
    /** Private ranges in which models may be, beside the world. */
    readonly modelRanges: readonly string[]
  }
}

const inNamespace = (name: string): Peer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
})

/** Settings of an operator that was told nothing but its version and its image. */
export const defaultSettings = (version: string, repository: string): Settings => ({
  version,
  image: { repository, pullPolicy: 'IfNotPresent', pullSecrets: [] },
  storeImages: {
    postgres: 'docker.io/library/postgres:18.4-bookworm',
    redis: 'docker.io/valkey/valkey:9.0-alpine',
  },
  logLevel: 'info',
  network: {
    gatewayFrom: [],
    monitoringFrom: [inNamespace('monitoring')],
    dnsTo: [inNamespace('kube-system')],
    modelRanges: [],
  },
})
