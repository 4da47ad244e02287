import type { KubeClient } from '@codelab/operator/kube/client'
import { KubeFailure } from '@codelab/operator/kube/failure'
import type { Lease } from '@codelab/operator/kube/lease-record'

export type LeaseClient = Pick<KubeClient, 'get' | 'create' | 'replace'>

const refused = (reason: 'Conflict' | 'AlreadyExists' | 'NotFound', status: number) =>
  new KubeFailure(reason, { message: reason, status })

/** One lease as an API server keeps it: a write counts only against the version it names. */
export function createLeaseApi() {
  let stored: Lease | undefined
  let version = 0
  const writes: { by: string | undefined; at: number }[] = []

  const store = (lease: Lease): Lease => {
    version += 1
    stored = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(version) } }
    return stored
  }

  return {
    lease: () => stored,
    writes,
    remove: () => void (stored = undefined),
    /** By somebody else's hand. */
    put: (change: (lease: Lease) => Lease) => void store(change(stored!)),
    /** A client of one candidate; `reach` runs before and after the server acts, and may fail, wait, or take the answer away. */
    client(
      reach: (signal: AbortSignal | undefined) => Promise<void> = async () => {},
    ): LeaseClient {
      const through = async <Result>(signal: AbortSignal | undefined, act: () => Result) => {
        await reach(signal)
        signal?.throwIfAborted()
        const result = act()
        await reach(signal)
        return result
      }
      const client = {
        get: (_: unknown, __: unknown, options?: { signal?: AbortSignal }) =>
          through(options?.signal, () => stored),
        create: (lease: Lease, options?: { signal?: AbortSignal }) =>
          through(options?.signal, () =>
            stored ? { outcome: 'exists' } : { outcome: 'created', object: store(lease) },
          ),
        replace: (lease: Lease, options?: { signal?: AbortSignal }) =>
          through(options?.signal, () => {
            if (!stored) throw refused('NotFound', 404)
            if (stored.metadata.resourceVersion !== lease.metadata.resourceVersion)
              throw refused('Conflict', 409)
            return store(lease)
          }),
      }
      return client as unknown as LeaseClient // its verbs are generic over kinds; this server knows leases only
    },
  }
}
