import { KubeConfig } from '@kubernetes/client-node'
import { createConnection } from '@codelab/operator/kube/connection'
import { pathOf, type Resource } from '@codelab/operator/kube/resources'

/** An object as the API server gives it, whole. */
export type Any = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly uid: string
    readonly resourceVersion: string
    readonly generation?: number
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
    readonly finalizers?: string[]
    readonly ownerReferences?: { readonly uid: string; readonly kind: string }[]
    readonly deletionTimestamp?: string
    readonly [field: string]: unknown
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads any field of any kind
  readonly [field: string]: any
}

/** What the API server said when it would not. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly status: number
  constructor(what: string, status: number, body: string) {
    super(`${what}: ${status} ${body.slice(0, 600)}`)
    this.status = status
  }
}

export const configAt = (path: string) => (): KubeConfig => {
  const config = new KubeConfig()
  config.loadFromFile(path)
  return config
}

const json = 'application/json'
const quiet = AbortSignal.any([])

export type KubeApi = ReturnType<typeof createKubeApi>

/** The API server as one user sees it, by paths and raw JSON: a test says exactly what it sends. */
export function createKubeApi(kubeconfig: string) {
  const connection = createConnection({ load: configAt(kubeconfig), userAgent: 'test' })
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    { body, type = json }: { body?: unknown; type?: string } = {},
  ) => {
    const sent = body === undefined ? undefined : JSON.stringify(body)
    const headers = { accept: json, ...(sent && { 'content-type': type }) }
    const answer = await connection.send({
      lane: 'request',
      method,
      path,
      headers,
      body: sent,
      signal: quiet,
    })
    const text = await answer.body.text()
    if (answer.statusCode >= 300) throw new Refused(`${method} ${path}`, answer.statusCode, text)
    return JSON.parse(text) as Any & { items: Any[] }
  }
  const absent = (error: unknown) => {
    if (error instanceof Refused && error.status === 404) return undefined
    throw error
  }
  const at = (resource: Resource, namespace: string, name: string) =>
    pathOf(resource, { namespace, name })
  return {
    ask,
    get: (resource: Resource, namespace: string, name: string): Promise<Any | undefined> =>
      ask('GET', at(resource, namespace, name)).catch(absent),
    list: async (resource: Resource, namespace: string, selector = ''): Promise<Any[]> =>
      (
        await ask(
          'GET',
          `${pathOf(resource, { namespace })}?labelSelector=${encodeURIComponent(selector)}`,
        )
      ).items.map((item) => ({ ...item, apiVersion: resource.apiVersion, kind: resource.kind })),
    create: (resource: Resource, namespace: string, object: object): Promise<Any> =>
      ask('POST', pathOf(resource, { namespace }), {
        body: { apiVersion: resource.apiVersion, kind: resource.kind, ...object },
      }),
    /** What `kubectl edit` sends in the end: the whole object, changed; again when somebody else was faster. */
    async edit(
      resource: Resource,
      { namespace, name }: { namespace: string; name: string },
      change: (draft: Any) => unknown,
    ): Promise<Any> {
      for (;;) {
        const draft = structuredClone(await ask('GET', at(resource, namespace, name)))
        change(draft)
        try {
          return await ask('PUT', `${at(resource, namespace, name)}?fieldManager=kubectl-edit`, {
            body: draft,
          })
        } catch (error) {
          if (!(error instanceof Refused && error.status === 409)) throw error
        }
      }
    },
    merge: (
      resource: Resource,
      { namespace, name }: { namespace: string; name: string },
      patch: unknown,
      subresource = '',
    ): Promise<Any> =>
      ask('PATCH', `${at(resource, namespace, name)}${subresource}`, {
        body: patch,
        type: 'application/merge-patch+json',
      }),
    /** Another server-side apply that takes fields away from whoever has them. */
    seize: (resource: Resource, namespace: string, object: { metadata: { name: string } }) =>
      ask(
        'PATCH',
        `${at(resource, namespace, object.metadata.name)}?fieldManager=somebody&force=true`,
        {
          body: { apiVersion: resource.apiVersion, kind: resource.kind, ...object },
          type: 'application/apply-patch+yaml',
        },
      ),
    remove: (
      resource: Resource,
      { namespace, name }: { namespace: string; name: string },
      propagationPolicy: 'Background' | 'Foreground' | 'Orphan' = 'Background',
    ) =>
      ask('DELETE', at(resource, namespace, name), {
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy },
      }).catch(absent),
    close: () => connection.close(),
  }
}
