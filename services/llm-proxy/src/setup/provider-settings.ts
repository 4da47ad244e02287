import { urlSetting } from '@codelab/runtime/settings'
import { z } from 'zod'

/** A model by name, or by name with what it can do where that is not known of it. */
const ModelSettings = z.union([
  z.string().min(1).max(256),
  z.strictObject({
    id: z.string().min(1).max(256),
    context_window: z.number().int().min(1).optional(),
    max_output_tokens: z.number().int().min(1).optional(),
    supports_tools: z.boolean().optional(),
    supports_vision: z.boolean().optional(),
    embeddings: z.boolean().optional(),
  }),
])
export type ModelSettings = z.infer<typeof ModelSettings>

/** Where each type answers when its settings name no address. */
export const vendorAddresses = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  ollama: 'http://127.0.0.1:11434',
} as const

/** One provider of `PROVIDERS`, as an operator writes it. */
export const ProviderSettings = z
  .strictObject({
    name: z
      .string()
      .max(63)
      .regex(/^[a-z0-9][a-z0-9._-]*$/, 'may hold small letters, digits and . _ - only'),
    type: z.enum(['openai', 'anthropic', 'ollama']),
    baseURL: urlSetting.optional(),
    models: z.array(ModelSettings).max(200).optional(),
    apiKey: z.string().min(1).optional(),
    /** Read again when it changes. */
    apiKeyFile: z.string().min(1).optional(),
  })
  .refine(({ apiKey, apiKeyFile }) => !(apiKey && apiKeyFile), {
    error: 'give apiKey or apiKeyFile, not both',
  })
export type ProviderSettings = z.infer<typeof ProviderSettings>

export const ProviderList = z
  .array(ProviderSettings)
  .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
    error: 'two providers have the same name',
  })

/** `PROVIDERS` or the text of `PROVIDERS_FILE`: JSON. The message of a refusal names the place, never a value. */
export const readProviders = (
  text: string,
): { ok: true; providers: ProviderSettings[] } | { ok: false; message: string } => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, message: 'is no JSON' }
  }
  const parsed = ProviderList.safeParse(value)
  if (parsed.success) return { ok: true, providers: parsed.data }
  const issue = parsed.error.issues[0]
  return { ok: false, message: `${issue?.path.join('.') || 'list'}: ${issue?.message}` }
}
