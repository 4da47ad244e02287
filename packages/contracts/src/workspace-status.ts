import { z } from 'zod'

/** In the order in which they are listed and in which the first that is not true explains a workspace that is not ready. */
export const conditionTypes = [
  'Ready',
  'CredentialsValid',
  'DatabaseReady',
  'CacheReady',
  'Migrated',
  'GatewayReady',
  'AgentReady',
  'LlmProxyReady',
  'AuthReady',
] as const
export type ConditionType = (typeof conditionTypes)[number]

/** KEP-1623, as `metav1.Condition`. */
export const Condition = z
  .object({
    type: z
      .string()
      .max(316)
      .describe(`One of ${conditionTypes.join(', ')}.`),
    status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
    reason: z
      .string()
      .min(1)
      .max(1024)
      .regex(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
      .describe('Why, in one word for programs; the operator’s README lists them.'),
    message: z.string().max(32_768).describe('Why, for people, with the path of the field.'),
    lastTransitionTime: z.iso.datetime().describe('When status last changed.'),
    observedGeneration: z.int().min(0).describe('The generation of the spec that it speaks of.'),
  })
  .describe('One fact about the workspace.')
export type Condition = z.infer<typeof Condition>

export const phases = [
  'Pending',
  'Provisioning',
  'Ready',
  'Degraded',
  'Suspended',
  'Deleting',
] as const
export type Phase = (typeof phases)[number]

export const WorkspaceStatus = z
  .object({
    phase: z.enum(phases).optional().describe('The state in one word.'),
    observedGeneration: z
      .int()
      .min(0)
      .optional()
      .describe('The generation of the spec that this status speaks of.'),
    endpoint: z.string().max(512).optional().describe('The address to sign in at.'),
    version: z
      .string()
      .max(128)
      .optional()
      .describe('The version that the database is migrated to and the pods run.'),
    components: z
      .array(
        z
          .object({
            name: z.string().max(63).describe('Name of the part.'),
            ready: z.int().min(0).describe('Pods that are ready.'),
            desired: z.int().min(0).describe('Pods that are wanted.'),
          })
          .describe('One part.'),
      )
      .max(20)
      .optional()
      .meta({
        description: 'The parts and their pods.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
    conditions: z
      .array(Condition)
      .max(20)
      .optional()
      .meta({
        description: 'What holds and what does not, with reasons.',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      }),
  })
  .describe('What the operator sees.')
export type WorkspaceStatus = z.infer<typeof WorkspaceStatus>
