import {
  countSetting,
  listSetting,
  logLevelSetting,
  millisecondsSetting,
  optionalText,
  portSetting,
  redisUrlSetting,
  secondsSetting,
  urlSetting,
} from '@codelab/runtime/settings'
import { z } from 'zod'

/** The gateway's settings, named as the environment names them. */
export const Config = z.object({
  GATEWAY_HOST: z.string().default('0.0.0.0'),
  GATEWAY_PORT: portSetting.default(8000),
  ADMIN_HOST: z.string().default('0.0.0.0'),
  ADMIN_PORT: portSetting.default(9000),
  REDIS_URL: redisUrlSetting,
  AGENT_URL: urlSetting,
  LLM_PROXY_URL: urlSetting,
  AUTH_URL: urlSetting,
  /** The workspace's public address; compared with `iss` as a string. */
  ISSUER: urlSetting,
  /** `<namespace>/<name>`: the audience of tokens. */
  WORKSPACE: z.string().regex(/^[a-z0-9.-]+\/[a-z0-9.-]+$/, 'must be <namespace>/<name>'),
  JWKS_CACHE_S: secondsSetting.default(3_600),
  INTERNAL_SERVICE_TOKEN: z.string().min(1),
  SESSION_TTL_S: secondsSetting.default(86_400),
  /** Origins of web pages that may open a socket; programs send none and need no entry. */
  ALLOWED_ORIGINS: listSetting,
  /** Proxies in front that add to X-Forwarded-For; 0: the header of a client is never believed. */
  TRUSTED_PROXY_HOPS: z.coerce.number().int().min(0).max(10).default(0),
  /** Proves to auth that X-Forwarded-For is ours, where others share our address (one machine). */
  FORWARDED_TOKEN: optionalText,
  /** Open sockets of one user on this instance. */
  MAX_CONNECTIONS_PER_USER: countSetting.default(512),
  UPGRADES_PER_MINUTE: countSetting.default(6_000),
  SESSION_MESSAGES_PER_MINUTE: countSetting.default(600),
  USER_MESSAGES_PER_MINUTE: countSetting.default(6_000),
  /** Frames of any kind on one socket. */
  FRAMES_PER_MINUTE: countSetting.default(6_000),
  REQUESTS_PER_MINUTE: countSetting.default(6_000),
  /** How long a socket lives on after its token has expired. */
  TOKEN_GRACE_S: secondsSetting.default(60),
  /** How long a reader may take nothing while frames wait for it. */
  SLOW_READER_S: secondsSetting.default(15),
  HEARTBEAT_MS: millisecondsSetting.default(30_000),
  HEARTBEAT_GRACE_MS: millisecondsSetting.default(10_000),
  AGENT_TIMEOUT_MS: millisecondsSetting.default(10_000),
  /** The agent's streams bring a sign of life every 5 s; one that is silent for so long is dead, and opened again. */
  STREAM_SILENCE_MS: millisecondsSetting.default(20_000),
  LOG_LEVEL: logLevelSetting,
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
})
export type Config = Readonly<z.infer<typeof Config>>
