/** A Secret by what may be known of it: its keys that hold something, each with a digest of its value that cannot be turned back. */
export type ObservedSecret = {
  readonly ours: boolean
  readonly digests: Readonly<Record<string, string>>
}

/** An object that exists under a child's name. */
export type ObservedChild = {
  readonly ours: boolean
  /** Of a Deployment or StatefulSet, pods: wanted by its spec, there at all, ready, and of the present template. */
  readonly desired?: number
  readonly total?: number
  readonly ready?: number
  readonly updated?: number
  /** Why it does not come on, in the cluster's own words: a roll-out past its deadline, pods that are refused, a volume without a provisioner. */
  readonly trouble?: string | undefined
}

/** A migration Job. */
export type ObservedJob = {
  readonly complete: boolean
  /** The latest try that failed: its exit code and last line. */
  readonly failure?: { readonly exitCode: number; readonly message: string } | undefined
}

/** Where an external store is, taken from its Secret: never with user or password. */
export type StoreAddress = { readonly host: string; readonly port: number }

/** An object that the API server would not take. */
export type Refusal = { readonly kind: string; readonly name: string; readonly message: string }

/** Everything a pass knows of the cluster. What is absent does not exist. */
export type Observed = {
  /** By name: those that the operator makes and those that the spec refers to. */
  readonly secrets: Readonly<Record<string, ObservedSecret>>
  /** By `<Kind>/<name>`. */
  readonly children: Readonly<Record<string, ObservedChild>>
  /** The migration Jobs by name; a suspended workspace's may be waiting. */
  readonly jobs: Readonly<Record<string, ObservedJob>>
  /** Pods that have not ended, those on their way out included. */
  readonly pods?: number
  /** Addresses of external stores. */
  readonly stores?: {
    readonly postgres?: StoreAddress | undefined
    readonly redis?: StoreAddress | undefined
  }
  /** What the pass could not write. */
  readonly refusals?: readonly Refusal[]
}

/** Before anything exists. */
export const nothingObserved: Observed = { secrets: {}, children: {}, jobs: {} }

export const childKey = (kind: string, name: string): string => `${kind}/${name}`

/** The digest of one key's value; undefined when the Secret or the key is missing. */
export const digestIn = (observed: Observed, ref: { name: string; key: string }) => {
  const digests = observed.secrets[ref.name]?.digests
  return digests && Object.hasOwn(digests, ref.key) ? digests[ref.key] : undefined
}
