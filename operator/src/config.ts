import { isIP } from 'node:net'
import {
  arraySetting,
  countSetting,
  listSetting,
  logLevelSetting,
  optionalText,
  portSetting,
  urlSetting,
} from '@codelab/runtime/settings'
import { z } from 'zod'
import { defaultSettings, type Settings } from './workspace/settings.ts'

function isRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/')
  const longest = { 4: 32, 6: 128 }[isIP(address)]
  if (longest === undefined || rest.length > 0) return false
  return /^[0-9]{1,3}$/.test(bits) && Number(bits) <= longest
}

const Range = z.string().refine(isRange, 'must be a range like 10.0.0.0/8')

/** Names of objects: what is none would only fail much later, at the API server. */
const namesSetting = listSetting.refine(
  (names) => names.every((name) => /^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(name)),
  'must be names of Kubernetes objects with commas between',
)

const imageSetting = z
  .string()
  .regex(/^[^\s:@/]+((:[0-9]+)?(\/[^\s:@/]+)+)?$/, 'must be registry and repository without a tag')

const tagSetting = z
  .string()
  .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'must be the tag of an image')

const LabelSelector = z.strictObject({
  matchLabels: z.record(z.string(), z.string()).optional(),
})

/** A peer of a network policy, as Kubernetes writes it. */
const Peer = z.strictObject({
  namespaceSelector: LabelSelector.optional(),
  podSelector: LabelSelector.optional(),
  ipBlock: z.strictObject({ cidr: Range, except: z.array(Range).optional() }).optional(),
})

const peersSetting = arraySetting(Peer, 'network policy peers').optional()

const rangesSetting = listSetting.refine(
  (ranges) => ranges.every(isRange),
  'each entry must be a range like 10.0.0.0/8',
)

/** The variables of the operator. */
export const Config = z.object({
  /** Where this pod runs: its Lease is here. */
  OPERATOR_NAMESPACE: z.string().min(1),
  /** Names this process in the Lease and in events. */
  POD_NAME: z.string().min(1),
  /** Namespaces whose workspaces are kept; empty: all. */
  WATCH_NAMESPACES: namesSetting,
  LEASE_NAME: z.string().min(1).default('codelab-operator'),
  /** Registry and repository of the image of workspaces, without a tag. */
  WORKSPACE_IMAGE: imageSetting,
  /** The tag for workspaces that name no version. */
  WORKSPACE_VERSION: tagSetting,
  WORKSPACE_PULL_POLICY: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  /** Names of Secrets in the workspaces' own namespaces. */
  WORKSPACE_PULL_SECRETS: namesSetting,
  WORKSPACE_LOG_LEVEL: logLevelSetting,
  WORKSPACE_OTLP_ENDPOINT: urlSetting.optional(),
  POSTGRES_IMAGE: optionalText,
  REDIS_IMAGE: optionalText,
  /** Who may reach gateways; an empty array: everybody. */
  GATEWAY_FROM: peersSetting,
  /** Who may read metrics. */
  MONITORING_FROM: peersSetting,
  /** Where names are resolved. */
  DNS_TO: peersSetting,
  /** Private ranges in which models may be. */
  MODEL_RANGES: rangesSetting,
  /** Workspaces worked on at once. */
  WORKERS: countSetting.default(16),
  OPERATOR_HOST: z.string().default('0.0.0.0'),
  /** Probes and metrics. */
  ADMIN_PORT: portSetting.default(9004),
  LOG_LEVEL: logLevelSetting,
})
export type Config = z.infer<typeof Config>

/** What the operator's settings say about every workspace. */
export function workspaceSettings(config: Config): Settings {
  const { image, storeImages, network } = defaultSettings(
    config.WORKSPACE_VERSION,
    config.WORKSPACE_IMAGE,
  )
  return {
    version: config.WORKSPACE_VERSION,
    image: {
      ...image,
      pullPolicy: config.WORKSPACE_PULL_POLICY,
      pullSecrets: config.WORKSPACE_PULL_SECRETS,
    },
    storeImages: {
      postgres: config.POSTGRES_IMAGE ?? storeImages.postgres,
      redis: config.REDIS_IMAGE ?? storeImages.redis,
    },
    logLevel: config.WORKSPACE_LOG_LEVEL,
    otlpEndpoint: config.WORKSPACE_OTLP_ENDPOINT,
    network: {
      gatewayFrom: peers(config.GATEWAY_FROM) ?? network.gatewayFrom,
      monitoringFrom: peers(config.MONITORING_FROM) ?? network.monitoringFrom,
      dnsTo: peers(config.DNS_TO) ?? network.dnsTo,
      modelRanges: config.MODEL_RANGES,
    },
  }
}

type Peers = Settings['network']['gatewayFrom']

/** Plain JSON without absent fields, as it is applied. */
const peers = (given: Config['GATEWAY_FROM']): Peers | undefined =>
  given && (JSON.parse(JSON.stringify(given)) as Peers)
