import { parseArgs } from 'node:util'
import { z } from 'zod'
import {
  databaseUrlSetting,
  logLevelSetting,
  optionalText,
  portSetting,
  readSettings,
  redisUrlSetting,
  SettingsError,
} from '@codelab/runtime/settings'

/** Flags of `npm start`, each also a variable; the flag wins. */
const flags = {
  data: 'CODELAB_DATA',
  'gateway-port': 'CODELAB_GATEWAY_PORT',
  'agent-port': 'CODELAB_AGENT_PORT',
  'llm-proxy-port': 'CODELAB_LLM_PROXY_PORT',
  'auth-port': 'CODELAB_AUTH_PORT',
} as const

const Settings = z.object({
  CODELAB_DATA: z.string().default('.codelab'),
  CODELAB_GATEWAY_PORT: portSetting.default(8000),
  CODELAB_AGENT_PORT: portSetting.default(8001),
  CODELAB_LLM_PROXY_PORT: portSetting.default(8002),
  CODELAB_AUTH_PORT: portSetting.default(8003),
  /** A PostgreSQL server of the person's own instead of the embedded one. */
  DATABASE_URL: databaseUrlSetting.optional(),
  REDIS_URL: redisUrlSetting.optional(),
  INTERNAL_SERVICE_TOKEN: optionalText,
  CODELAB_DEFAULT_MODEL: optionalText,
  LOG_LEVEL: logLevelSetting.default('warn'),
})
export type Settings = z.infer<typeof Settings>

export const usage = `npm start -- [flags]

  --headless              open nothing (the terminal client is opened by hand: npx codelab)
  --data DIR              data folder (CODELAB_DATA, default .codelab)
  --gateway-port N        (CODELAB_GATEWAY_PORT, default 8000; 0 takes a free one, as for all ports)
  --agent-port N          (CODELAB_AGENT_PORT, default 8001)
  --llm-proxy-port N      (CODELAB_LLM_PROXY_PORT, default 8002)
  --auth-port N           (CODELAB_AUTH_PORT, default 8003)

Models: OPENAI_API_KEY, ANTHROPIC_API_KEY (and OPENAI_BASE_URL, ANTHROPIC_BASE_URL), OLLAMA_BASE_URL. More variables: README.md.
`

/** Reads flags over variables. Throws `SettingsError`; `help` asks for the usage text. */
export function readStartSettings(
  argv: readonly string[],
  env: Record<string, string | undefined>,
): { settings: Settings; help: boolean } {
  const options = Object.fromEntries(
    Object.keys(flags).map((flag) => [flag, { type: 'string' as const }]),
  )
  let values: Record<string, unknown>
  try {
    values = parseArgs({
      args: [...argv],
      options: { ...options, headless: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      strict: true,
    }).values
  } catch (error) {
    throw new SettingsError(`${(error as Error).message}; npm start -- --help lists the flags`)
  }
  const given = Object.fromEntries(
    Object.entries(flags).flatMap(([flag, variable]) =>
      typeof values[flag] === 'string' ? [[variable, values[flag]]] : [],
    ),
  )
  return { settings: readSettings(Settings, { ...env, ...given }), help: values['help'] === true }
}
