import { z } from 'zod'

/** Text by text: labels, annotations, node selectors. */
export const textMap = () => z.record(z.string(), z.string())

/** A part of Kubernetes' API that the chart passes on as it is; the API server judges its fields. */
const passedOn = () => z.record(z.string(), z.unknown())

/** Amounts by resource name, as in a container. */
const amounts = () => z.record(z.string(), z.union([z.string(), z.number()]))

export const Resources = z.strictObject({
  requests: amounts().optional().describe('What the scheduler sets aside.'),
  limits: amounts().optional().describe('What the container may use at most.'),
  claims: z.array(passedOn()).optional().describe('Claims of dynamic resources.'),
})

export const Toleration = z.strictObject({
  key: z.string().optional().describe('Taint to tolerate; without it: all.'),
  operator: z.enum(['Exists', 'Equal']).optional().describe('How value is compared.'),
  value: z.string().optional().describe('Value of the taint.'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .optional()
    .describe('Effect to tolerate; without it: all.'),
  tolerationSeconds: z.int().optional().describe('How long NoExecute is tolerated.'),
})

export const Affinity = z.strictObject({
  nodeAffinity: passedOn().optional().describe('Nodes to prefer or to need.'),
  podAffinity: passedOn().optional().describe('Pods to be near.'),
  podAntiAffinity: passedOn().optional().describe('Pods to keep away from.'),
})

export const SpreadConstraint = z.looseObject({
  maxSkew: z.int().min(1).describe('Largest difference between two domains.'),
  topologyKey: z.string().min(1).describe('Label of nodes that makes the domains.'),
  whenUnsatisfiable: z.enum(['DoNotSchedule', 'ScheduleAnyway']).describe('What if it cannot be.'),
})

const Selector = z.strictObject({
  matchLabels: textMap().optional().describe('Labels that must be there.'),
})

/** Who may talk, or be talked to: namespaces, pods or addresses. */
export const Peer = z.strictObject({
  namespaceSelector: Selector.optional().describe('Namespaces by label.'),
  podSelector: Selector.optional().describe('Pods by label.'),
  ipBlock: z
    .strictObject({
      cidr: z.string().min(1).describe('Range of addresses.'),
      except: z.array(z.string()).optional().describe('Ranges within it that are left out.'),
    })
    .optional()
    .describe('A range of addresses.'),
})

/** A DNS label: names of namespaces and of most objects. */
export const Label = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/)

/** A range of addresses. */
export const Cidr = z.string().regex(/^[0-9a-fA-F:.]+\/[0-9]{1,3}$/)

/** The same, or nothing. */
export const LabelOrNone = z
  .string()
  .max(63)
  .regex(/^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/)
