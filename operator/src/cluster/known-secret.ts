import type { KubeObject, ObjectMeta } from '../kube/object.ts'
import { identityOf } from './known-object.ts'

/** What is kept of a Secret: that it is there, in which version, and whose it is; never what it holds. */
export type KnownSecret = {
  readonly uid: string
  readonly version: string
  readonly meta: ObjectMeta
}

/** The part of a Secret, or of its metadata, that is kept. */
export const knownSecret = (object: KubeObject): KnownSecret => ({
  uid: object.metadata.uid ?? '',
  version: object.metadata.resourceVersion ?? '',
  meta: identityOf(object),
})
