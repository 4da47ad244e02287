import { desiredChildren } from '@codelab/operator/workspace/desired'
import { acceptedSpecs } from '../../support/operator/accepted-specs.ts'
import {
  allWell,
  settings,
  type SpecInput,
  workspaceWith,
} from '../../support/operator/workspaces.ts'
import { type Rendered, render } from './helm.ts'
import { valueFiles } from './value-files.ts'

/** Objects that live together, and the namespace of those that name none. */
export type Judged = {
  readonly name: string
  readonly namespace: string
  readonly objects: readonly Rendered[]
}

const operatorNamespace = 'charts-operator'

/** Every part, each with all that it can have. */
const largest: Partial<SpecInput> = {
  access: {
    host: 'acme.example.com',
    ingressClassName: 'nginx',
    tls: { secretName: 'acme-tls' },
    annotations: { 'example.com/a': 'b' },
  },
  gateway: { autoscaling: { minReplicas: 2, maxReplicas: 5 } },
  agent: { replicas: 3, contextTokens: 32_000 },
  worker: { autoscaling: { maxReplicas: 3 } },
  llmProxy: { replicas: 2, resources: { limits: { memory: '1Gi' } } },
  auth: { replicas: 2, passwordGrant: false },
  deletionPolicy: 'Delete',
}

const specs: readonly (readonly [string, Partial<SpecInput>])[] = [
  ...Object.entries(acceptedSpecs as Record<string, Partial<SpecInput>>),
  ['everything', largest],
  ['nothing running', { suspended: true }],
]

/** What a chart renders with each file of values. */
export const operatorCharts = (): Promise<Judged[]> =>
  Promise.all(
    Object.entries(valueFiles).map(async ([name, files]) => ({
      name: `codelab-operator with ${name} values`,
      namespace: operatorNamespace,
      objects: await render('codelab-operator', { files, namespace: operatorNamespace }),
    })),
  )

const workspaceOf = (spec: Partial<SpecInput>, index: number) =>
  workspaceWith(JSON.parse(JSON.stringify(spec)) as Partial<SpecInput>, {
    name: `w${index}`,
    namespace: 'charts-tenants',
  })

/** What the operator makes of each workspace. */
export const childrenOfWorkspaces = (): Judged[] =>
  specs.map(([name, spec], index) => {
    const workspace = workspaceOf(spec, index)
    const children = desiredChildren(workspace, allWell(workspace), settings)
    return {
      name: `children of a workspace with ${name}`,
      namespace: workspace.metadata.namespace,
      objects: JSON.parse(JSON.stringify(children)) as Rendered[],
    }
  })

/** The workspaces themselves, by the chart. */
export const workspaceCharts = (): Promise<Judged[]> =>
  Promise.all(
    specs.map(async ([name, spec], index) => ({
      name: `codelab-workspace with ${name}`,
      namespace: 'charts-tenants',
      objects: await render('codelab-workspace', {
        values: { spec: workspaceOf(spec, index).spec },
        name: `w${index}`,
        namespace: 'charts-tenants',
      }),
    })),
  )

/** Several objects as one text; JSON is YAML. */
export const asText = (objects: readonly Rendered[]): string =>
  objects.map((object) => JSON.stringify(object)).join('\n---\n')
