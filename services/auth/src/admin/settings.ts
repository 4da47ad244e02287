import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  databaseUrlSetting,
  logLevelSetting,
  optionalText,
  readSettings,
  secondsSetting,
} from '@codelab/runtime/settings'
import { keySetting } from '../config.ts'

/** What the administrator's program needs, a part of the service's own settings. */
export const AdminConfig = z.object({
  DATABASE_URL: databaseUrlSetting,
  REDIS_URL: optionalText,
  KEY_ENCRYPTION_KEY: keySetting.optional(),
  JWKS_CACHE_S: secondsSetting.default(3_600),
  KEY_POLL_S: secondsSetting.default(30),
  CACHE_TTL_S: secondsSetting.default(3_600),
  LOG_LEVEL: logLevelSetting.default('silent'),
})
export type AdminConfig = z.infer<typeof AdminConfig>

/** The part of the standalone start's notes that is of use here. */
const State = z.object({
  database_url: z.string().optional(),
  auth_database_url: z.string().optional(),
  redis_url: z.string().optional(),
  key_encryption_key: z.string().optional(),
})

/** There is neither DATABASE_URL nor a data folder of a started platform. */
export class NoDatabase extends Error {
  override readonly name = 'NoDatabase'
}

type Environment = Record<string, string | undefined>

async function stateOf(folder: string): Promise<Environment> {
  const path = join(folder, 'state.json')
  const text = await readFile(path, 'utf8').catch(() => undefined)
  if (text === undefined) {
    throw new NoDatabase(
      `no database: DATABASE_URL is not set and ${path} cannot be read; start the platform first or set CODELAB_DATA`,
    )
  }
  try {
    const state = State.parse(JSON.parse(text))
    return {
      DATABASE_URL: state.auth_database_url ?? state.database_url,
      REDIS_URL: state.redis_url,
      KEY_ENCRYPTION_KEY: state.key_encryption_key,
    }
  } catch {
    throw new NoDatabase(`${path} is not the notes of a started platform; start it again`)
  }
}

/** Settings from the variables, and what they lack from the data folder's notes (`CODELAB_DATA`, else `.codelab`). */
export async function adminSettings(env: Environment): Promise<AdminConfig> {
  if (env['DATABASE_URL']) return readSettings(AdminConfig, env)
  const noted = await stateOf(env['CODELAB_DATA'] || '.codelab')
  return readSettings(AdminConfig, { ...env, ...noted })
}
