import type { Config } from '../config.ts'
import type { Destination } from './destination.ts'
import { createForward, type Forward } from './forward.ts'

/** The two services that are reached through the gateway, with the patience and the sizes that fit them. */
export function createForwards(config: Config): Record<Destination, Forward> {
  const common = { publicUrl: new URL(config.ISSUER), trustedHops: config.TRUSTED_PROXY_HOPS }
  return {
    auth: createForward({
      ...common,
      baseUrl: config.AUTH_URL,
      ownHeaders: config.FORWARDED_TOKEN ? { 'x-forwarded-token': config.FORWARDED_TOKEN } : {},
      maxBodyBytes: 64 * 1024,
      headersTimeoutMs: 30_000,
      bodyTimeoutMs: 30_000,
    }),
    llm_proxy: createForward({
      ...common,
      baseUrl: config.LLM_PROXY_URL,
      ownHeaders: {},
      maxBodyBytes: 32 * 1_048_576,
      headersTimeoutMs: 600_000,
      bodyTimeoutMs: 300_000,
    }),
  }
}
