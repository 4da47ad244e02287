import { z } from 'zod'
import {
  countSetting,
  databaseUrlSetting,
  flagSetting,
  listSetting,
  logLevelSetting,
  optionalText,
  portSetting,
  redisUrlSetting,
  secondsSetting,
  urlSetting,
} from '@codelab/runtime/settings'

/** Thirty-two random bytes as 64 hexadecimal digits or as base64 (either alphabet). */
export const keySetting = z.string().transform((text, ctx) => {
  const key = /^[0-9a-f]{64}$/i.test(text)
    ? Buffer.from(text, 'hex')
    : Buffer.from(text.trim(), 'base64')
  if (key.length !== 32) {
    ctx.addIssue({ code: 'custom', message: 'must be 32 bytes in hexadecimal or base64' })
    return z.NEVER
  }
  return key
})

/** Compared as a string by every verifier, so it is exactly an origin: no path, no slash at the end. */
const issuerSetting = urlSetting.refine((url) => new URL(url).origin === url, {
  message: 'must be an address without a path, like https://codelab.example.com',
})

const cookieKeysSetting = listSetting
  .refine((keys) => keys.length > 0, { message: 'needs at least one key' })
  .refine((keys) => keys.every((key) => key.length >= 32), {
    message: 'each key needs at least 32 characters',
  })

/** The kubernetes form of a workspace's name. */
const workspaceSetting = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
    message: 'must be <namespace>/<name>',
  })

export const Config = z.object({
  AUTH_HOST: z.string().default('0.0.0.0'),
  AUTH_PORT: portSetting.default(8003),
  ADMIN_HOST: z.string().default('0.0.0.0'),
  ADMIN_PORT: portSetting.default(9003),
  DATABASE_URL: databaseUrlSetting,
  REDIS_URL: redisUrlSetting,
  /** The workspace's public address: `iss` of every token, and the only address that discovery names. */
  ISSUER: issuerSetting,
  WORKSPACE: workspaceSetting,
  /** Seals signing keys and the records of browser sessions; changing it ends every sign-in. */
  KEY_ENCRYPTION_KEY: keySetting,
  /** Newest first; old ones still verify. */
  COOKIE_KEYS: cookieKeysSetting,
  ACCESS_TOKEN_TTL_S: secondsSetting.default(900),
  REFRESH_TOKEN_TTL_S: secondsSetting.default(2_592_000),
  PASSWORD_GRANT: flagSetting.default(true),
  /** The longest time a verifier may go without reading the JWKS again. */
  JWKS_CACHE_S: secondsSetting.default(3_600),
  KEY_ROTATION_DAYS: z.coerce.number().positive().default(90),
  /** How often an instance looks for keys that another one made. */
  KEY_POLL_S: secondsSetting.default(30),
  CACHE_TTL_S: secondsSetting.default(3_600),
  AUDIT_RETENTION_DAYS: countSetting.default(365),
  /** Addresses or CIDR ranges of the proxies whose X-Forwarded-For is believed; empty: nobody's. */
  TRUSTED_PROXIES: listSetting,
  /** When set, X-Forwarded-For also needs this token, as `X-Forwarded-Token`: for machines where callers share the proxy's address. */
  FORWARDED_TOKEN: optionalText,
  /** Password hashes computed at once, 19 MiB each. */
  HASH_CONCURRENCY: countSetting.default(2),
  /** Sign-ins that may wait for a hash; the next is answered 503. */
  HASH_QUEUE: countSetting.default(128),
  LOG_LEVEL: logLevelSetting,
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
})
export type Config = z.infer<typeof Config>
