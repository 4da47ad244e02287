/** What every object of the API server has; the rest is the caller's to name. */
export type KubeObject = {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata: ObjectMeta
}

export type ObjectMeta = {
  readonly name: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
}

export type OwnerReference = {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export type ObjectKey = { readonly namespace: string; readonly name: string }

/** `namespace/name`, the form in which keys are queued and stored. */
export const keyText = ({ namespace, name }: ObjectKey): string => `${namespace}/${name}`

export function parseKey(text: string): ObjectKey {
  const at = text.indexOf('/')
  return { namespace: text.slice(0, at), name: text.slice(at + 1) }
}

export const keyOf = ({ metadata }: KubeObject): ObjectKey => ({
  namespace: metadata.namespace ?? '',
  name: metadata.name,
})
