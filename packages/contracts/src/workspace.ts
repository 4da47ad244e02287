import { z } from 'zod'
import type { Rule } from './workspace-parts.ts'
import { WorkspaceSpec } from './workspace-spec.ts'
import { WorkspaceStatus } from './workspace-status.ts'

/** The custom resource's coordinates. */
export const workspaceResource = {
  group: 'codelab.dev',
  version: 'v1alpha1',
  apiVersion: 'codelab.dev/v1alpha1',
  kind: 'CodeLabWorkspace',
  plural: 'codelabworkspaces',
  singular: 'codelabworkspace',
  shortNames: ['clw'],
} as const

/** With the longest ending of a child, a name still fits what Kubernetes allows for it. */
export const longestWorkspaceName = 40

/** Rules on the resource as a whole: children are named after it, and some of them are DNS labels. */
export const resourceRules: readonly Rule[] = [
  {
    rule: `size(self.metadata.name) <= ${longestWorkspaceName}`,
    message: `metadata.name must have at most ${longestWorkspaceName} characters`,
  },
  {
    rule: "self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
    message: 'metadata.name must begin with a letter and hold small letters, digits and - only',
  },
]

/** The parts of an object's metadata that the operator reads. */
const Metadata = z.object({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  generation: z.int().default(1),
  resourceVersion: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  finalizers: z.array(z.string()).optional(),
})

/** One tenant, as the API server gives it. Reading it fills in the defaults that an older object lacks. */
export const Workspace = z.object({
  apiVersion: z.literal(workspaceResource.apiVersion),
  kind: z.literal(workspaceResource.kind),
  metadata: Metadata,
  spec: WorkspaceSpec,
  status: WorkspaceStatus.optional(),
})
export type Workspace = z.infer<typeof Workspace>
