import { failedWith, KubeFailure } from './failure.ts'
import type { KubeObject, ObjectKey } from './object.ts'
import type { Options, Sender } from './request.ts'
import { pathOf, type Resource } from './resources.ts'

/** `metadata` leaves everything else at the API server: what a Secret holds is never sent. */
export type Form = 'whole' | 'metadata'

export type Selection = {
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly form?: Form | undefined
}

export type Page = { readonly items: readonly KubeObject[]; readonly resourceVersion: string }

type WatchFrom = Selection & {
  readonly resourceVersion: string
  /** The API server ends the watch after so long. */
  readonly timeoutSeconds: number
  readonly signal: AbortSignal
}

/** What a page leaves behind in memory is many times what is kept of it. */
const pageSize = 100

const accept = (
  form: Form | undefined,
  kind: 'PartialObjectMetadata' | 'PartialObjectMetadataList',
) => (form === 'metadata' ? `application/json;as=${kind};g=meta.k8s.io;v=v1` : undefined)

const selectors = ({ labelSelector, fieldSelector }: Selection) => ({
  labelSelector,
  fieldSelector,
})

type ListBody = {
  kind?: unknown
  items?: unknown
  metadata?: { resourceVersion?: unknown; continue?: unknown }
}

function pageOf(body: unknown, resource: Resource, form: Form | undefined) {
  const { kind, items: given, metadata } = body as ListBody
  // An empty list of metadata comes as null.
  const items = given ?? []
  const version = metadata?.resourceVersion
  const expected = form === 'metadata' ? 'PartialObjectMetadataList' : `${resource.kind}List`
  if (kind !== expected || !Array.isArray(items) || typeof version !== 'string')
    throw new KubeFailure('Malformed', {
      message: `list ${resource.plural}: the answer is no ${expected}`,
      status: 200,
    })
  const next = typeof metadata?.continue === 'string' ? metadata.continue : ''
  return { items: items as KubeObject[], resourceVersion: version, next }
}

/** The verbs that change nothing. */
export function createReads(sender: Sender) {
  /** Lists in pages, all of the instant of the first, read from the quorum: a cache may lag, and an operator that goes back in time deletes the wrong things. */
  async function* pages(
    resource: Resource,
    selection: Selection = {},
    { signal }: Options = {},
  ): AsyncGenerator<Page> {
    let next = ''
    do {
      const body = await sender.send({
        verb: 'list',
        resource,
        path: pathOf(resource, { namespace: selection.namespace }),
        query: { ...selectors(selection), limit: pageSize, continue: next || undefined },
        accept: accept(selection.form, 'PartialObjectMetadataList'),
        signal,
      })
      const page = pageOf(body, resource, selection.form)
      next = page.next
      yield { items: page.items, resourceVersion: page.resourceVersion }
    } while (next)
  }

  return {
    pages,
    /** The object, or undefined when there is none. */
    async get<Kind extends KubeObject>(
      resource: Resource,
      key: ObjectKey,
      { form, signal }: Options & { form?: Form } = {},
    ): Promise<Kind | undefined> {
      try {
        return (await sender.send({
          verb: 'get',
          resource,
          path: pathOf(resource, key),
          accept: accept(form, 'PartialObjectMetadata'),
          signal,
        })) as Kind
      } catch (error) {
        if (failedWith(error, 'NotFound')) return undefined
        throw error
      }
    },
    /** All pages together, with the resource version to watch from. */
    async list<Kind extends KubeObject>(
      resource: Resource,
      selection: Selection = {},
      options: Options = {},
    ): Promise<{ items: Kind[]; resourceVersion: string }> {
      const items: Kind[] = []
      let resourceVersion = ''
      for await (const page of pages(resource, selection, options)) {
        resourceVersion ||= page.resourceVersion
        for (const item of page.items) items.push(item as Kind)
      }
      return { items, resourceVersion }
    },
    /** The bytes of a watch; read them with `watchEvents`. */
    watch(resource: Resource, { signal, form, ...from }: WatchFrom) {
      return sender.open({
        verb: 'watch',
        resource,
        path: pathOf(resource, { namespace: from.namespace }),
        query: {
          watch: 'true',
          allowWatchBookmarks: 'true',
          resourceVersion: from.resourceVersion,
          timeoutSeconds: from.timeoutSeconds,
          ...selectors(from),
        },
        accept: accept(form, 'PartialObjectMetadata'),
        signal,
      })
    },
  }
}
