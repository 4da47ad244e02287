import { failedWith } from './failure.ts'
import type { KubeObject, ObjectKey, ObjectMeta } from './object.ts'
import type { Options, Sender } from './request.ts'
import { pathOf, type Resource, resourceOf } from './resources.ts'

export type Writes = ReturnType<typeof createWrites>

/** `manager` owns the fields in the place of the operator's usual one. */
export type ApplyOptions = Options & { readonly manager?: string | undefined }

/** Only if the object is still this one: another of its name stays. */
export type Preconditions = { readonly uid: string; readonly resourceVersion?: string }

const place = ({ metadata }: KubeObject) => ({ namespace: metadata.namespace, name: metadata.name })

/** The verbs that change something, each in the name of one field manager. */
export function createWrites(sender: Sender, fieldManager: string) {
  const applyTo = async <Sent extends KubeObject>(
    object: Sent,
    subresource: 'status' | undefined,
    { manager = fieldManager, ...options }: ApplyOptions,
  ) => {
    const resource = resourceOf(object)
    return (await sender.send({
      verb: subresource ? 'apply_status' : 'apply',
      resource,
      path: pathOf(resource, { ...place(object), ...(subresource && { subresource }) }),
      query: { fieldManager: manager, force: 'true' },
      body: object,
      contentType: 'application/apply-patch+yaml',
      ...options,
    })) as Sent & { metadata: ObjectMeta }
  }

  return {
    /** Makes the object, or answers `exists` and changes nothing: for what must never be overwritten. */
    async create<Sent extends KubeObject>(
      object: Sent,
      options: Options = {},
    ): Promise<{ outcome: 'created'; object: Sent } | { outcome: 'exists' }> {
      const resource = resourceOf(object)
      try {
        const created = await sender.send({
          verb: 'create',
          resource,
          path: pathOf(resource, { namespace: object.metadata.namespace }),
          query: { fieldManager },
          body: object,
          ...options,
        })
        return { outcome: 'created', object: created as Sent }
      } catch (error) {
        if (failedWith(error, 'AlreadyExists')) return { outcome: 'exists' }
        throw error
      }
    },
    /** Writes the whole object; `Conflict` unless it is still of the resource version in it. */
    async replace<Sent extends KubeObject>(object: Sent, options: Options = {}): Promise<Sent> {
      const resource = resourceOf(object)
      if (!object.metadata.resourceVersion) throw new Error('a replacement names what it replaces')
      return (await sender.send({
        verb: 'replace',
        resource,
        path: pathOf(resource, place(object)),
        query: { fieldManager },
        body: object,
        ...options,
      })) as Sent
    },
    /** Server-side apply: these fields are ours, whoever had them; fields that we sent before and no longer send are removed. With `metadata.uid`, `Conflict` for another object of the name. */
    apply: <Sent extends KubeObject>(object: Sent, options: ApplyOptions = {}) =>
      applyTo(object, undefined, options),
    /** The same for the status of an object that exists: give kind, name, namespace, uid and status only. */
    applyStatus: <Sent extends KubeObject>(object: Sent, options: Options = {}) =>
      applyTo(object, 'status', options),
    /** A JSON merge patch; put `metadata.resourceVersion` or `uid` in it to change what was seen only. */
    async patch<Kind extends KubeObject>(
      resource: Resource,
      key: ObjectKey,
      { patch, ...options }: Options & { patch: unknown },
    ): Promise<Kind> {
      return (await sender.send({
        verb: 'patch',
        resource,
        path: pathOf(resource, key),
        query: { fieldManager },
        body: patch,
        contentType: 'application/merge-patch+json',
        ...options,
      })) as Kind
    },
    /** Deletes this very object, its dependents after it; `gone` when there is none of its name, `Conflict` when another has it. */
    async delete(
      resource: Resource,
      key: ObjectKey,
      { uid, resourceVersion, ...options }: Options & Preconditions,
    ): Promise<'deleted' | 'gone'> {
      try {
        await sender.send({
          verb: 'delete',
          resource,
          path: pathOf(resource, key),
          body: {
            apiVersion: 'v1',
            kind: 'DeleteOptions',
            preconditions: { uid, resourceVersion },
            propagationPolicy: 'Background',
          },
          ...options,
        })
        return 'deleted'
      } catch (error) {
        if (failedWith(error, 'NotFound')) return 'gone'
        throw error
      }
    },
  }
}
