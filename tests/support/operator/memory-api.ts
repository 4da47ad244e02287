import { failedWith, KubeFailure } from '@codelab/operator/kube/failure'
import type { KubeObject, ObjectKey, ObjectMeta } from '@codelab/operator/kube/object'
import type { Resource } from '@codelab/operator/kube/resources'
import type { Writes } from '@codelab/operator/kube/writes'
import { managedBy } from '@codelab/operator/workspace/labels'

type Any = KubeObject & { readonly [field: string]: unknown }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a value as an apply owns them; lists count as one. */
const fieldsOf = (value: unknown): Record<string, unknown> =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).map(([field, inner]) => [`f:${field}`, fieldsOf(inner)]),
      )
    : {}

const naming = new Set(['apiVersion', 'kind', 'name', 'namespace', 'uid'])
const owned = (fields: object) =>
  fieldsOf(Object.fromEntries(Object.entries(fields).filter(([field]) => !naming.has(field))))

const keyOf = (kind: string, { namespace, name }: Partial<ObjectKey>): string =>
  `${kind} ${namespace ?? ''}/${name ?? ''}`

const conflict = () => new KubeFailure('Conflict', { message: 'it is another one', status: 409 })

const secretData = ({ stringData, ...object }: Any): Any =>
  isRecord(stringData)
    ? {
        ...object,
        data: Object.fromEntries(
          Object.entries(stringData).map(([key, value]) => [
            key,
            Buffer.from(String(value)).toString('base64'),
          ]),
        ),
      }
    : object

/** Objects in memory, written with the operator's own verbs. Each call is logged as `<verb> <Kind> <name>`; one that `failing` has an answer for fails. */
export function createMemoryApi() {
  const objects = new Map<string, Any>()
  const log: string[] = []
  const script: {
    failing?: (call: string) => KubeFailure | undefined
    changed?: (kind: string, object: KubeObject, before: KubeObject | undefined) => void
  } = {}
  let counter = 0

  const enter = (call: string) => {
    log.push(call)
    const failure = script.failing?.(call)
    if (failure) throw failure
  }

  const put = (object: Any): Any => {
    const key = keyOf(object.kind!, object.metadata)
    const before = objects.get(key)
    const metadata: ObjectMeta = {
      ...object.metadata,
      uid: before?.metadata.uid ?? object.metadata.uid ?? `uid-${++counter}`,
      resourceVersion: String(++counter),
    }
    const stored = { ...object, metadata }
    objects.set(key, stored)
    script.changed?.(object.kind!, stored, before)
    return stored
  }

  const remove = (kind: string, key: ObjectKey) => {
    const last = objects.get(keyOf(kind, key))
    objects.delete(keyOf(kind, key))
    return last
  }

  const existing = (kind: string, key: Partial<ObjectKey>, seen: Partial<ObjectMeta>) => {
    const object = objects.get(keyOf(kind, key))
    if (!object) return undefined
    const { uid, resourceVersion } = object.metadata
    if (seen.uid !== undefined && seen.uid !== uid) throw conflict()
    if (seen.resourceVersion !== undefined && seen.resourceVersion !== resourceVersion)
      throw conflict()
    return object
  }

  const required = (kind: string, key: Partial<ObjectKey>, seen: Partial<ObjectMeta>) => {
    const object = existing(kind, key, seen)
    if (!object) throw new KubeFailure('NotFound', { message: 'there is none', status: 404 })
    return object
  }

  const writes: Pick<Writes, 'create' | 'apply' | 'applyStatus' | 'patch' | 'delete'> = {
    async create<Sent extends KubeObject>(sent: Sent) {
      enter(`create ${sent.kind} ${sent.metadata.name}`)
      if (objects.has(keyOf(sent.kind!, sent.metadata))) return { outcome: 'exists' }
      return { outcome: 'created', object: put(secretData(sent as Any)) as unknown as Sent }
    },
    async apply<Sent extends KubeObject>(sent: Sent, { manager = managedBy } = {}) {
      enter(
        `apply ${sent.kind} ${sent.metadata.name}${manager === managedBy ? '' : ` (${manager})`}`,
      )
      const before = existing(sent.kind!, sent.metadata, { uid: sent.metadata.uid })
      if (!before && sent.metadata.uid !== undefined) throw conflict()
      const { managedFields: _, ...metadata } = sent.metadata as ObjectMeta & { managedFields?: [] }
      const fieldsV1 = { ...owned(sent), 'f:metadata': owned(metadata) }
      const managedFields = [{ manager, operation: 'Apply', fieldsV1 }]
      return put({ ...sent, metadata: { ...metadata, managedFields } } as unknown as Any) as never
    },
    async applyStatus<Sent extends KubeObject>(sent: Sent) {
      enter(`status ${sent.kind} ${sent.metadata.name}`)
      const before = required(sent.kind!, sent.metadata, { uid: sent.metadata.uid })
      return put({ ...before, status: (sent as unknown as Any)['status'] }) as never
    },
    async patch<Kind extends KubeObject>(
      { kind }: Resource,
      key: ObjectKey,
      { patch }: { patch: unknown },
    ) {
      const { metadata } = patch as { metadata: ObjectMeta }
      const { uid: _, resourceVersion: __, ...fields } = metadata
      enter(`patch ${kind} ${key.name} ${Object.keys(fields).join(',')}`)
      const before = required(kind, key, metadata)
      const after = put({ ...before, metadata: { ...before.metadata, ...fields } })
      const { deletionTimestamp, finalizers = [] } = after.metadata
      if (deletionTimestamp && finalizers.length === 0) remove(kind, key)
      return after as unknown as Kind
    },
    async delete({ kind }, key, { uid }) {
      enter(`delete ${kind} ${key.name}`)
      try {
        required(kind, key, { uid })
      } catch (error) {
        if (failedWith(error, 'NotFound')) return 'gone'
        throw error
      }
      remove(kind, key)
      return 'deleted'
    },
  }

  return {
    log,
    script,
    writes: writes as Writes,
    async get<Kind extends KubeObject>({ kind }: Resource, key: ObjectKey) {
      return objects.get(keyOf(kind, key)) as Kind | undefined
    },
    /** As somebody else puts it there. */
    put,
    remove,
    find: (kind: string, namespace: string, name: string): Any | undefined =>
      objects.get(keyOf(kind, { namespace, name })),
    all: (): Iterable<Any> => objects.values(),
    /** The calls since the last time. */
    calls: (): string[] => log.splice(0),
  }
}
