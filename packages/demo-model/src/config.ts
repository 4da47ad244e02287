import { logLevelSetting, portSetting } from '@codelab/runtime/settings'
import { z } from 'zod'

/** The settings of a demo model that runs alone. */
export const Config = z.object({
  DEMO_MODEL_HOST: z.string().default('127.0.0.1'),
  DEMO_MODEL_PORT: portSetting.default(8009),
  DEMO_MODEL_TOKENS_PER_SECOND: z.coerce.number().min(0).optional(),
  LOG_LEVEL: logLevelSetting,
})
export type Config = z.infer<typeof Config>
