import { authPrefixes } from '@codelab/contracts/client-gateway'

export type Destination = 'auth' | 'llm_proxy'

/** Encoded dots, slashes and backslashes: another reader of the path may decode them and then climb. */
const encodedTrick = /%(?:2e|2f|5c|00)/i
/** `.` and `..`, also with the parameters that some readers cut off (`..;a`). */
const climbs = /^\.{1,2}(?:;.*)?$/
const plainCharacters = /^[\x21\x23-\x5b\x5d-\x7e]+$/

const pathOf = (target: string): string => target.split('?', 1)[0] ?? ''

/** True when every reader of this request target agrees on its path: origin-form, printable, no empty, `.` or `..` segment, nothing encoded that could become one. */
export function isPlainTarget(target: string): boolean {
  const path = pathOf(target)
  if (!path.startsWith('/') || !plainCharacters.test(target) || encodedTrick.test(path))
    return false
  const parts = path.slice(1).split('/')
  return parts.every((part, at) => !climbs.test(part) && (part !== '' || at === parts.length - 1))
}

const below = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(`${prefix}/`)

const isWellKnown = (prefix: string): boolean => prefix.startsWith('/.well-known/')

/** Who answers this request target; `undefined`: nobody behind the gateway does. */
export function destinationOf(target: string): Destination | undefined {
  if (!isPlainTarget(target)) return undefined
  const path = pathOf(target)
  if (below(path, '/v1')) return 'llm_proxy'
  const answered = authPrefixes.some((prefix) =>
    isWellKnown(prefix) ? path === prefix : below(path, prefix),
  )
  return answered ? 'auth' : undefined
}
