import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Api } from './api.ts'

type Node = Record<string, unknown>
type Coordinates = { readonly group: string; readonly version: string; readonly kind: string }

const isObject = (value: unknown): value is Node => typeof value === 'object' && value !== null

/**
 * OpenAPI says what an object may have; that it may have nothing else is added here, as the API server's strict field validation
 * does. Objects that keep unknown fields stay open.
 */
function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict)
  if (!isObject(node)) return node
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, strict(value)]))
  const isClosed =
    isObject(node['properties']) &&
    node['type'] === 'object' &&
    node['additionalProperties'] === undefined &&
    !node['x-kubernetes-preserve-unknown-fields']
  return isClosed ? { ...copy, additionalProperties: false } : copy
}

/** The file that kubeconform looks for: `deployment-apps-v1.json`. */
const fileName = ({ group, version, kind }: Coordinates): string =>
  `${[kind, group.split('.')[0], version].filter(Boolean).join('-').toLowerCase()}.json`

/** What to give kubeconform for a folder of such files. */
export const schemaLocation = (folder: string): string =>
  join(folder, '{{.ResourceKind}}{{.KindSuffix}}.json')

async function groupVersion(api: Api, path: string, folder: string): Promise<number> {
  const document = await api.read<{ components: { schemas: Record<string, Node> } }>(path)
  const { schemas } = document.components
  const components = strict({ schemas })
  let count = 0
  for (const [name, schema] of Object.entries(schemas)) {
    const kinds = (schema['x-kubernetes-group-version-kind'] ?? []) as Coordinates[]
    // Options of requests have a kind of their own in every group.
    if (kinds.length !== 1) continue
    const file = join(folder, fileName(kinds[0]!))
    const text = { $ref: `#/components/schemas/${name}`, components }
    await writeFile(file, JSON.stringify(text))
    count++
  }
  return count
}

/** Writes a JSON schema for every kind that the API server serves, taken from its own OpenAPI; answers how many. */
export async function exportSchemas(api: Api, folder: string): Promise<number> {
  await mkdir(folder, { recursive: true })
  const { paths } = await api.read<{ paths: Record<string, unknown> }>('/openapi/v3')
  let count = 0
  for (const path of Object.keys(paths))
    if (/^apis?\/.*v[0-9][a-z0-9]*$/.test(path))
      count += await groupVersion(api, `/openapi/v3/${path}`, folder)
  return count
}
