import { stringify } from 'yaml'
import { resourceRules, workspaceResource } from '@codelab/contracts/workspace'
import { WorkspaceSpec } from '@codelab/contracts/workspace-spec'
import { WorkspaceStatus } from '@codelab/contracts/workspace-status'
import { structuralSchema } from './structural-schema.ts'

const { group, version, kind, plural, singular, shortNames } = workspaceResource

/** Where the generated file is, seen from the root of the repository. */
export const crdPath = `crds/${group}_${plural}.yaml`

const ready = (field: string) => `.status.conditions[?(@.type=="Ready")].${field}`

/** The columns of `kubectl get clw`. */
const columns = [
  { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
  { name: 'Ready', type: 'string', jsonPath: ready('status') },
  { name: 'Reason', type: 'string', jsonPath: ready('reason') },
  { name: 'Endpoint', type: 'string', jsonPath: '.status.endpoint' },
  { name: 'Version', type: 'string', jsonPath: '.status.version' },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
]

/** The CustomResourceDefinition, made of the zod schemas in contracts. */
export const crd = () => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    names: { kind, listKind: `${kind}List`, plural, singular, shortNames, categories: ['all'] },
    scope: 'Namespaced',
    versions: [
      {
        name: version,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        schema: {
          openAPIV3Schema: {
            description: 'One tenant: an AI coding assistant with its own models, data and rules.',
            type: 'object',
            required: ['spec'],
            properties: {
              apiVersion: { type: 'string', description: 'Version of this schema.' },
              kind: { type: 'string', description: 'Always CodeLabWorkspace.' },
              metadata: { type: 'object' },
              spec: structuralSchema(WorkspaceSpec),
              status: structuralSchema(WorkspaceStatus),
            },
            'x-kubernetes-validations': resourceRules,
          },
        },
      },
    ],
  },
})

/** The file, byte for byte. */
export const crdText = (): string =>
  `# Generated from packages/contracts/src/workspace*.ts by \`npm run generate\`; do not edit.\n` +
  stringify(crd(), { lineWidth: 0, aliasDuplicateObjects: false })
