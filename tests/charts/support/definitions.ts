import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { crdPath } from '../../../operator/scripts/crd.ts'
import { exec } from '../../cluster/harness/exec.ts'
import { findGo } from '../../cluster/harness/go.ts'
import { until } from '../../support/until.ts'
import type { Api } from './api.ts'
import { type Rendered, root } from './helm.ts'

/** The Prometheus operator's own definitions, out of its module: Go's proxy serves them, and Go checks the sum. */
const prometheusOperator = 'github.com/prometheus-operator/prometheus-operator@v0.93.0'
const definitions = ['servicemonitors', 'prometheusrules']

async function prometheusFiles(): Promise<string[]> {
  const said = await exec(await findGo(), ['mod', 'download', '-json', prometheusOperator], {
    withinMs: 300_000,
  })
  const { Dir: folder } = JSON.parse(said) as { Dir: string }
  return definitions.map((name) =>
    join(folder, `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`),
  )
}

type Definition = {
  readonly spec: {
    readonly group: string
    readonly names: { readonly kind: string }
    readonly versions: readonly { readonly name: string }[]
  }
}

/** Whether the schema of a kind stands in what the API server publishes: the last thing to come. */
async function isPublished(api: Api, { spec }: Definition): Promise<boolean> {
  const { group, names, versions } = spec
  const { status, text } = await api.get(`/openapi/v3/apis/${group}/${versions[0]!.name}`)
  return status === 200 && text.includes(`"kind":"${names.kind}"`)
}

async function define(api: Api, file: string): Promise<void> {
  const definition = parse(await readFile(file, 'utf8')) as Rendered & Definition
  const { name } = definition.metadata
  const { status, text } = await api.apply(
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`,
    definition,
  )
  if (status >= 300) throw new Error(`${file}: ${text}`)
  await until(`the schema of ${name} is published`, () => isPublished(api, definition))
}

/** Makes the API server know workspaces, and what the chart gives to Prometheus. */
export async function defineResources(api: Api): Promise<void> {
  for (const file of [join(root, crdPath), ...(await prometheusFiles())]) await define(api, file)
}

/** A namespace that refuses what Pod Security `restricted` does, and warns of it. */
export async function restrictedNamespace(api: Api, name: string): Promise<void> {
  const labels = Object.fromEntries(
    ['enforce', 'warn', 'audit'].map((mode) => [
      `pod-security.kubernetes.io/${mode}`,
      'restricted',
    ]),
  )
  const { status, text } = await api.apply(`/api/v1/namespaces/${name}`, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  })
  if (status >= 300) throw new Error(`namespace ${name}: ${text}`)
}
