import { z } from 'zod'
import { longestWorkspaceName } from '@codelab/contracts/workspace'
import { WorkspaceSpec } from '@codelab/contracts/workspace-spec'
import { textMap } from './kube-shapes.ts'

/** A workspace that is complete but for the Secret with its key. */
const firstSpec: z.input<typeof WorkspaceSpec> = {
  models: {
    providers: [
      { name: 'openai', type: 'openai', apiKeySecretRef: { name: 'openai', key: 'apiKey' } },
    ],
  },
}

/** Every value of the workspace's chart; the spec is the resource's own schema. */
export const WorkspaceValues = z
  .strictObject({
    name: z
      .string()
      .max(longestWorkspaceName)
      .regex(/^([a-z]([-a-z0-9]*[a-z0-9])?)?$/)
      .default('')
      .describe('Name of the workspace; empty: the name of the release.'),
    labels: textMap().default({}).describe('Labels of the workspace.'),
    annotations: textMap().default({}).describe('Annotations of the workspace.'),
    keep: z
      .boolean()
      .default(false)
      .describe('true: uninstalling the release leaves the workspace running.'),
    spec: WorkspaceSpec,
    global: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What Helm gives every chart of a larger one; not read.'),
  })
  .describe('Values of the chart codelab-workspace.')

/** What values.yaml says; every field of the spec that is not there has the default of the resource. */
export const workspaceDefaults = {
  name: '',
  labels: {},
  annotations: {},
  keep: false,
  spec: firstSpec,
}
