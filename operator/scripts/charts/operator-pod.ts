import { z } from 'zod'
import { Affinity, Resources, SpreadConstraint, textMap, Toleration } from './kube-shapes.ts'

/** The operator's image. A tag and a digest may stand together; the digest counts. */
export const Image = z
  .strictObject({
    registry: z
      .string()
      .default('localhost')
      .describe(
        'Registry of the image. CodeLab is published nowhere: build the image, push it and give your registry.',
      ),
    repository: z.string().min(1).default('codelab').describe('Repository within the registry.'),
    tag: z
      .string()
      .regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/)
      .default('')
      .describe('Tag; empty: the version of the chart’s application.'),
    digest: z
      .string()
      .regex(/^(sha256:[0-9a-f]{64})?$/)
      .default('')
      .describe('Pins the operator’s image: sha256:…'),
    pullPolicy: z
      .enum(['Always', 'IfNotPresent', 'Never'])
      .default('IfNotPresent')
      .describe('When the image is pulled.'),
  })
  .prefault({})
  .describe('Where the image is.')

/** How the operator's pods run and where. */
export const pod = {
  resources: Resources.default({
    requests: { cpu: '50m', memory: '128Mi', 'ephemeral-storage': '16Mi' },
    limits: { memory: '256Mi', 'ephemeral-storage': '128Mi' },
  }).describe(
    'Requests and limits. There is no limit of CPU: an operator that is slowed down loses its lease.',
  ),
  nodeSelector: textMap().default({}).describe('Labels that a node must have.'),
  tolerations: z.array(Toleration).default([]).describe('Taints that the pods tolerate.'),
  affinity: Affinity.default({}).describe('Which nodes and pods to be near, or not.'),
  topologySpreadConstraints: z
    .array(SpreadConstraint)
    .default([])
    .describe('Spread over nodes; empty: over host names where possible.'),
  priorityClassName: z.string().max(253).default('').describe('Priority class of the pods.'),
  podAnnotations: textMap().default({}).describe('Annotations of the pods.'),
  podLabels: textMap().default({}).describe('Further labels of the pods.'),
  terminationGracePeriodSeconds: z
    .int()
    .min(5)
    .max(300)
    .default(30)
    .describe('Time to finish what is being written and to hand the lease over.'),
}
