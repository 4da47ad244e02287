import type { Api } from './api.ts'
import type { Rendered } from './helm.ts'

/** A resource as the API server serves it; `name` of a subresource holds a slash. */
export type Served = {
  readonly group: string
  readonly version: string
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
}

type List = { readonly resources?: readonly Omit<Served, 'group' | 'version'>[] }
type Groups = {
  readonly groups: readonly {
    readonly name: string
    readonly versions: readonly { readonly version: string }[]
  }[]
}

async function servedUnder(api: Api, group: string, version: string): Promise<Served[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  const { resources = [] } = await api.read<List>(path)
  return resources.map(({ name, kind, namespaced }) => ({
    group,
    version,
    name,
    kind,
    namespaced,
  }))
}

/** Everything that the API server serves, subresources included. */
export async function servedResources(api: Api): Promise<Served[]> {
  const { groups } = await api.read<Groups>('/apis')
  const named = groups.flatMap(({ name, versions }) =>
    versions.map(({ version }) => [name, version] as const),
  )
  const lists = await Promise.all(
    [['', 'v1'] as const, ...named].map(([group, version]) => servedUnder(api, group, version)),
  )
  return lists.flat()
}

/** Paths of objects at this API server. */
export const pathsAmong = (served: readonly Served[]) => {
  const resourceOf = ({ apiVersion, kind }: Rendered) => {
    const found = served.find(
      (each) =>
        [each.group, each.version].filter(Boolean).join('/') === apiVersion &&
        each.kind === kind &&
        !each.name.includes('/'),
    )
    if (found) return found
    throw new Error(`the API server serves no ${kind} of ${apiVersion}`)
  }
  return (object: Rendered, namespace: string): string => {
    const { name, namespaced } = resourceOf(object)
    const base = object.apiVersion.includes('/') ? '/apis' : '/api'
    const room = namespaced ? `/namespaces/${object.metadata.namespace ?? namespace}` : ''
    return `${base}/${object.apiVersion}${room}/${name}/${object.metadata.name}`
  }
}
