import { Currency } from '@codelab/contracts/currency'
import { ModelPrice } from '@codelab/contracts/workspace-models'
import {
  countSetting,
  listSetting,
  logLevelSetting,
  millisecondsSetting,
  optionalText,
  portSetting,
  secondsSetting,
  urlSetting,
  arraySetting,
} from '@codelab/runtime/settings'
import { z } from 'zod'
import { readProviders } from './setup/provider-settings.ts'

const providersSetting = z
  .string()
  .transform((text, context) => {
    const read = readProviders(text)
    if (read.ok) return read.providers
    context.addIssue({ code: 'custom', message: read.message })
    return z.NEVER
  })
  .optional()

/** The variables of this service. Providers come from `PROVIDERS`(`_FILE`), from the vendors' usual variables, or from both. */
export const Config = z.object({
  LLM_PROXY_HOST: z.string().default('0.0.0.0'),
  LLM_PROXY_PORT: portSetting.default(8002),
  ADMIN_HOST: z.string().default('0.0.0.0'),
  ADMIN_PORT: portSetting.default(9002),
  INTERNAL_SERVICE_TOKEN: z.string().min(1),
  /** With these three, access tokens of people open the OpenAI-compatible routes; without them only the service token does. */
  AUTH_URL: urlSetting.optional(),
  ISSUER: optionalText,
  WORKSPACE: optionalText,
  JWKS_CACHE_S: secondsSetting.default(3600),

  OPENAI_API_KEY: optionalText,
  OPENAI_BASE_URL: urlSetting.optional(),
  ANTHROPIC_API_KEY: optionalText,
  ANTHROPIC_BASE_URL: urlSetting.optional(),
  OLLAMA_BASE_URL: urlSetting.optional(),
  /** The window an Ollama model is loaded with at most; memory grows with it. */
  OLLAMA_CONTEXT_TOKENS: countSetting.default(16_384),
  DEMO_MODEL_URL: urlSetting.optional(),
  /** JSON: `[{name, type, baseURL?, models?, apiKey? | apiKeyFile?}]`. */
  PROVIDERS: providersSetting,
  PROVIDERS_FILE: optionalText,

  CODELAB_DEFAULT_MODEL: optionalText,
  CODELAB_FALLBACK_MODELS: z
    .string()
    .transform((text) => listSetting.parse(text))
    .optional(),
  /** `provider/model`, added to those known. */
  CODELAB_MODELS: listSetting.refine((names) => names.every((name) => name.includes('/')), {
    message: 'each entry must be provider/model',
  }),

  /** JSON: `[{model, inputPerMillion, outputPerMillion}]`, a model named as requests name it. */
  CODELAB_PRICES: arraySetting(ModelPrice, 'prices').default([]),
  CODELAB_CURRENCY: Currency.default('USD'),

  LLM_RETRY_ATTEMPTS: countSetting.default(3),
  LLM_RETRY_MIN_MS: millisecondsSetting.default(2000),
  LLM_RETRY_MAX_MS: millisecondsSetting.default(10_000),
  /** From the start of a try to its first part. */
  LLM_TIMEOUT_MS: millisecondsSetting.default(60_000),
  LLM_CONNECT_TIMEOUT_MS: millisecondsSetting.default(10_000),
  /** Silence within an answer that has begun; without it as long as to the first part. */
  LLM_STALL_TIMEOUT_MS: millisecondsSetting.optional(),
  /** For answers that a vendor gives whole: embeddings, and completions that are not streamed. */
  LLM_WHOLE_TIMEOUT_MS: millisecondsSetting.default(300_000),
  BREAKER_FAILURES: countSetting.default(5),
  BREAKER_RECOVERY_S: z.coerce.number().positive().default(60),

  KEEP_ALIVE_MS: millisecondsSetting.default(15_000),
  MAX_BODY_BYTES: countSetting.default(32 * 1024 * 1024),
  LOG_LEVEL: logLevelSetting,
  OTEL_EXPORTER_OTLP_ENDPOINT: optionalText,
})
export type Config = z.infer<typeof Config>
