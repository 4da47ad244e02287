import { z } from 'zod'

/** One rule in CEL that the API server checks, and what it tells a person who breaks it. */
export type Rule = {
  readonly rule: string
  readonly message: string
  /** The field that the refusal names, relative to the object that carries the rule. */
  readonly fieldPath?: string
}

/** Metadata of a schema that the API server checks by rules: they reach the CRD, zod does not evaluate them. */
export const checkedBy = (description: string, rules: readonly Rule[]) => ({
  description,
  'x-kubernetes-validations': rules,
})

/** Kubernetes' name of an object: a DNS subdomain. */
export const ObjectName = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/)

const SecretKey = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[-._a-zA-Z0-9]+$/)

/** One key of a Secret in the workspace's own namespace; another namespace cannot be named. */
export const secretRef = (defaultKey: string, description: string) =>
  z
    .object({
      name: ObjectName.describe('Name of a Secret in the namespace of the workspace.'),
      key: SecretKey.default(defaultKey).describe('The key in the Secret that holds the value.'),
    })
    .describe(description)
export type SecretRef = z.infer<ReturnType<typeof secretRef>>

/** A Kubernetes quantity as text: `500m`, `1.5`, `256Mi`. */
const quantityPattern = /^[0-9]+(\.[0-9]{1,3})?(m|k|Ki|M|Mi|G|Gi|T|Ti|P|Pi)?$/

/** A quantity, which people write as a number too (`cpu: 1`). */
const Quantity = z
  .union([z.int().min(0), z.string().max(20).regex(quantityPattern)])
  .meta({ 'x-kubernetes-int-or-string': true, pattern: quantityPattern.source })

/** A quantity of bytes that is not zero. */
export const Bytes = z
  .string()
  .max(20)
  .regex(/^[1-9][0-9]*(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/)

const amounts = (description: string) =>
  z
    .object({
      cpu: Quantity.optional().describe('Processors: 500m is half of one.'),
      memory: Quantity.optional().describe('Memory: 512Mi.'),
    })
    .describe(description)

const within = (resource: string): Rule => ({
  rule:
    `!has(self.requests) || !has(self.limits) || !has(self.requests.${resource}) || !has(self.limits.${resource}) || ` +
    `quantity(string(self.requests.${resource})).compareTo(quantity(string(self.limits.${resource}))) <= 0`,
  message: `requests.${resource} must not be more than limits.${resource}`,
  fieldPath: `.requests`,
})

export const Resources = z
  .object({
    requests: amounts('What the scheduler sets aside for each pod.').optional(),
    limits: amounts('What a pod may use at most.').optional(),
  })
  .meta(
    checkedBy('Requests and limits of each pod; what is left out keeps its default.', [
      within('cpu'),
      within('memory'),
    ]),
  )
export type Resources = z.infer<typeof Resources>

const replicas = z.int().min(1).max(50)

export const Autoscaling = z
  .object({
    minReplicas: replicas.default(1).describe('Never fewer pods than this.'),
    maxReplicas: replicas.describe('Never more pods than this.'),
    targetCPUUtilization: z
      .int()
      .min(10)
      .max(95)
      .default(75)
      .describe('Average use of the requested CPU, in percent, that is aimed at.'),
  })
  .meta(
    checkedBy('Lets the cluster choose the number of pods between two bounds.', [
      {
        rule: 'self.minReplicas <= self.maxReplicas',
        message: 'minReplicas must not be more than maxReplicas',
        fieldPath: '.minReplicas',
      },
    ]),
  )
export type Autoscaling = z.infer<typeof Autoscaling>

/** How many pods of a part run, and how large each may be. */
export const component = (what: string) =>
  z
    .object({
      replicas: replicas
        .optional()
        .describe('Number of pods; 1 when neither this nor autoscaling is given.'),
      resources: Resources.optional(),
      autoscaling: Autoscaling.optional(),
    })
    .meta(
      checkedBy(what, [
        {
          rule: '!(has(self.replicas) && has(self.autoscaling))',
          message: 'give replicas or autoscaling, not both',
          fieldPath: '.replicas',
        },
      ]),
    )
export type Component = z.infer<ReturnType<typeof component>>
