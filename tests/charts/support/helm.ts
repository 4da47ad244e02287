import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { exec } from '../../cluster/harness/exec.ts'
import { programPath } from '../../cluster/harness/programs.ts'
import { kubeconfigPath } from './api.ts'

export const root = join(import.meta.dirname, '../../..')

export type Chart = 'codelab-operator' | 'codelab-workspace'
export const chartPath = (chart: Chart): string => join(root, 'charts', chart)

/** An object as a chart renders it. */
export type Rendered = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly [field: string]: unknown
}

/** Helm's standard output; what it refuses is thrown in its own words. */
export const helm = async (args: readonly string[], input?: string): Promise<string> =>
  exec(await programPath('helm'), args, {
    cwd: root,
    ...(input !== undefined && { input }),
    env: { HELM_NO_PLUGINS: '1' },
  })

/** Helm on the control plane of the suite. */
export const helmOnCluster = (args: readonly string[], input?: string): Promise<string> =>
  helm(['--kubeconfig', kubeconfigPath(), ...args], input)

type Release = {
  readonly values?: unknown
  readonly files?: readonly string[]
  readonly name?: string
  readonly namespace?: string
}

/** The text of a chart with values, given as an object or as files. */
export const template = (
  chart: Chart,
  {
    values = {},
    files = [],
    name = 'codelab-operator',
    namespace = 'codelab-system',
  }: Release = {},
): Promise<string> =>
  helm(
    [
      'template',
      name,
      chartPath(chart),
      '--namespace',
      namespace,
      ...files.flatMap((file) => ['--values', file]),
      '--values',
      '-',
    ],
    JSON.stringify(values),
  )

/** The objects of a text; a key that stands twice, or any other fault of its YAML, throws. */
export const objectsIn = (text: string): Rendered[] =>
  parseAllDocuments(text).flatMap((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw fault
    return (document.toJS() as Rendered | null) ?? []
  })

export const render = async (chart: Chart, release?: Release): Promise<Rendered[]> =>
  objectsIn(await template(chart, release))

/** The one object of a kind, or the one of these with that name. */
export function the(objects: readonly Rendered[], kind: string, name?: string): Rendered {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  )
  if (found.length === 1) return found[0]!
  throw new Error(`${found.length} objects ${kind} ${name ?? ''}, not one`)
}
