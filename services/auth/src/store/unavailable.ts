import { isNativeError } from 'node:util/types'

/** SQLSTATE classes that mean "not now": connection, resources, operator intervention, system. */
const passing = new Set(['08', '53', '57', '58'])

/** The one of class 08 that is about what was sent. */
const protocolViolation = '08P01'

/** True when the database could not be asked, as opposed to having refused what was asked. */
export function isUnavailable(error: unknown): boolean {
  if (!isNativeError(error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined && /^[0-9A-Z]{5}$/.test(code))
    return passing.has(code.slice(0, 2)) && code !== protocolViolation
  if (code !== undefined) return /^E[A-Z]+$/.test(code)
  return /connection|timeout|terminated|pool|shutting down/i.test(error.message)
}
