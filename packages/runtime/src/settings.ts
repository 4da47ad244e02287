import { z } from 'zod'

/** A setting is missing or wrong; the message names each bad variable. The process exits with EX_CONFIG. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

/** sysexits.h EX_CONFIG */
export const exitConfig = 78

const emptyIsAbsent = (value: unknown) => (value === '' ? undefined : value)

/** A TCP port; 0 takes a free one. */
export const portSetting = z.coerce.number().int().min(0).max(65_535)
/** A whole number of seconds, at least 1. */
export const secondsSetting = z.coerce.number().int().min(1)
/** A whole number of milliseconds, at least 1. */
export const millisecondsSetting = z.coerce.number().int().min(1)
/** A whole number, at least 1. */
export const countSetting = z.coerce.number().int().min(1)
/** An http(s) address without a slash at its end. */
export const urlSetting = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((url) => url.replace(/\/+$/, ''))
/** Where a PostgreSQL database is: `postgres://user:password@host:port/database`. */
export const databaseUrlSetting = z.url({
  protocol: /^postgres(?:ql)?$/,
  error: 'must be a postgres or postgresql address',
})
/** Where a Redis server is. */
export const redisUrlSetting = z.url({
  protocol: /^rediss?$/,
  error: 'must be a redis or rediss address',
})
/** A comma-separated list; empty entries are dropped. */
export const listSetting = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  )
/** A JSON array; a bad entry names itself. `what` is in it, in the plural. */
export const arraySetting = <Entry extends z.ZodType>(entry: Entry, what: string) =>
  z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown
      } catch {
        context.addIssue({ code: 'custom', message: `must be a JSON array of ${what}` })
        return z.NEVER
      }
    })
    .pipe(z.array(entry))
export const flagSetting = z.stringbool()
export const optionalText = z.string().optional()
export const logLevelSetting = z
  .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  .default('info')

/**
 * Reads settings out of variables, once, frozen. An empty variable counts as absent.
 * Throws `SettingsError` with one line for each bad variable; values are never repeated, since they may be secrets.
 */
export function readSettings<Schema extends z.ZodObject>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => [name, emptyIsAbsent(env[name])]),
  )
  const parsed = schema.safeParse(given)
  if (parsed.success) return Object.freeze(parsed.data) as z.infer<Schema>
  const lines = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.') || 'settings'
    const absent = issue.path.length > 0 && given[String(issue.path[0])] === undefined
    return `${name}: ${absent ? 'is required' : issue.message}`
  })
  throw new SettingsError([...new Set(lines)].join('\n'))
}
