import { resources } from './resources.ts'
import type { KubeObject, ObjectKey } from './object.ts'

/** coordination.k8s.io/v1, as much of it as an election needs. */
export type Lease = KubeObject & {
  readonly spec?: {
    readonly holderIdentity?: string
    readonly leaseDurationSeconds?: number
    readonly acquireTime?: string
    readonly renewTime?: string
    readonly leaseTransitions?: number
  }
}

/** RFC 3339 with microseconds, the only form that the API server takes here. */
const microTime = (date: Date): string => date.toISOString().replace('Z', '000Z')

type Holding = { identity: string; durationSeconds: number; wall: Date }

const { apiVersion, kind } = resources.leases

/** A lease that was never held. */
export const newLease = (key: ObjectKey, { identity, durationSeconds, wall }: Holding): Lease => ({
  apiVersion,
  kind,
  metadata: { name: key.name, namespace: key.namespace },
  spec: {
    holderIdentity: identity,
    leaseDurationSeconds: durationSeconds,
    acquireTime: microTime(wall),
    renewTime: microTime(wall),
    leaseTransitions: 0,
  },
})

/** The same lease held by us: renewed when it was ours, else taken over. */
export function heldLease(lease: Lease, { identity, durationSeconds, wall }: Holding): Lease {
  const ours = lease.spec?.holderIdentity === identity
  return {
    ...lease,
    apiVersion,
    kind,
    spec: {
      ...lease.spec,
      holderIdentity: identity,
      leaseDurationSeconds: durationSeconds,
      acquireTime: (ours && lease.spec?.acquireTime) || microTime(wall),
      renewTime: microTime(wall),
      leaseTransitions: (lease.spec?.leaseTransitions ?? 0) + (ours ? 0 : 1),
    },
  }
}

/** The same lease given back: whoever looks next may take it at once. */
export const releasedLease = (lease: Lease, wall: Date): Lease => ({
  ...lease,
  apiVersion,
  kind,
  spec: {
    ...lease.spec,
    holderIdentity: '',
    leaseDurationSeconds: 1,
    renewTime: microTime(wall),
  },
})
