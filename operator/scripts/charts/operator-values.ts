import { logLevelSetting } from '@codelab/runtime/settings'
import { z } from 'zod'
import { defaultSettings } from '../../src/workspace/settings.ts'
import { Cidr, Label, LabelOrNone, Peer, textMap } from './kube-shapes.ts'
import { Image, pod } from './operator-pod.ts'
import { monitoring } from './operator-monitoring.ts'

const { network, storeImages } = defaultSettings('', '')

const Workspaces = z.strictObject({
  image: z
    .strictObject({
      registry: z
        .string()
        .default('')
        .describe('Registry of the workspaces’ image; empty: image.registry.'),
      repository: z
        .string()
        .default('')
        .describe('Repository of the workspaces’ image; empty: image.repository.'),
      pullPolicy: z
        .enum(['Always', 'IfNotPresent', 'Never'])
        .default('IfNotPresent')
        .describe('Pull policy of the workspaces’ pods.'),
      pullSecrets: z
        .array(Label)
        .default([])
        .describe(
          'Names of image pull Secrets for the workspaces’ pods; each must be in the namespace of the workspace.',
        ),
    })
    .prefault({})
    .describe('The image of the workspaces: the same as the operator’s unless it is given here.'),
  version: z
    .string()
    .regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$/)
    .default('')
    .describe('Version of workspaces that name none; empty: the version of the operator.'),
  postgresImage: z
    .string()
    .min(1)
    .default(storeImages.postgres)
    .describe('Image of managed PostgreSQL: the official one, or one that keeps its contract.'),
  redisImage: z
    .string()
    .min(1)
    .default(storeImages.redis)
    .describe('Image of managed Redis: Valkey or Redis, the official image or one like it.'),
  logLevel: logLevelSetting.describe('Log level of the workspaces’ processes.'),
  otlpEndpoint: z
    .string()
    .regex(/^(https?:\/\/\S+)?$/)
    .default('')
    .describe('Where the workspaces’ spans go (OTLP over HTTP); empty: nowhere.'),
  network: z
    .strictObject({
      gatewayFrom: z
        .array(Peer)
        .default([])
        .describe('Who may reach the gateways, as peers of a NetworkPolicy; empty: everybody.'),
      monitoringFrom: z
        .array(Peer)
        .default(network.monitoringFrom as z.infer<typeof Peer>[])
        .describe('Who may read the workspaces’ metrics.'),
      dnsTo: z
        .array(Peer)
        .default(network.dnsTo as z.infer<typeof Peer>[])
        .describe('Where names are resolved.'),
      modelRanges: z
        .array(Cidr)
        .default([])
        .describe('Private address ranges in which models are, beside the world: 10.20.0.0/16.'),
    })
    .prefault({})
    .describe('Peers of the workspaces’ network policies.'),
})

const Rights = {
  serviceAccount: z
    .strictObject({
      create: z.boolean().default(true).describe('false: the account exists already; give name.'),
      name: z.string().max(253).default('').describe('Name of the account; empty: the full name.'),
      annotations: textMap().default({}).describe('Annotations of the account.'),
    })
    .prefault({})
    .describe('The operator’s service account.'),
  rbac: z
    .strictObject({
      create: z
        .boolean()
        .default(true)
        .describe(
          'false: roles and bindings are made elsewhere; helm template shows which with true.',
        ),
      aggregate: z
        .boolean()
        .default(true)
        .describe(
          'Lets those who hold view, edit or admin in a namespace read or change its workspaces.',
        ),
    })
    .prefault({})
    .describe('Rights of the operator and of people.'),
}

/** Every value of the operator's chart: values.yaml, its schema and the table in its README are made of this. */
export const OperatorValues = z
  .strictObject({
    nameOverride: LabelOrNone.default('').describe(
      'Replaces the chart’s name in names and labels.',
    ),
    fullnameOverride: LabelOrNone.default('').describe(
      'Replaces the full name, which all objects of the release have.',
    ),
    image: Image,
    imagePullSecrets: z
      .array(z.strictObject({ name: Label.describe('Name of the Secret.') }))
      .default([])
      .describe('Secrets to pull the operator’s image with: [{name: registry}].'),
    replicas: z
      .int()
      .min(0)
      .max(5)
      .default(1)
      .describe('Operators; one of them works, the others wait to take over.'),
    watch: z
      .strictObject({
        namespaces: z
          .array(Label)
          .default([])
          .describe(
            'Namespaces whose workspaces are looked after: [team-a, team-b]. The operator gets rights in these alone. Empty: all, by a ClusterRole.',
          ),
      })
      .prefault({})
      .describe('Scope of the operator.'),
    crds: z
      .strictObject({
        enabled: z
          .boolean()
          .default(true)
          .describe('Installs and upgrades the CodeLabWorkspace resource with the release.'),
        keep: z
          .boolean()
          .default(true)
          .describe(
            'Keeps the resource, and with it every workspace, when the release is uninstalled.',
          ),
      })
      .prefault({})
      .describe('The CustomResourceDefinition.'),
    workspaces: Workspaces.prefault({}).describe('What every workspace gets from this operator.'),
    logLevel: logLevelSetting.describe('The operator’s own log level.'),
    workers: z.int().min(1).max(256).default(16).describe('Workspaces worked on at once.'),
    adminPort: z.int().min(1024).max(65_535).default(9004).describe('Port of probes and metrics.'),
    ...Rights,
    ...pod,
    ...monitoring,
    global: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What Helm gives every chart of a larger one; not read.'),
  })
  .describe('Values of the chart codelab-operator.')
