import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { AccessTokenClaims } from '@codelab/contracts/auth'
import type { VerifyToken } from './token.ts'

/**
 * Remembers verified tokens by their SHA-256 until they expire, at most `max` of them: a token is verified once, not once per request.
 * Refusals are not remembered.
 */
export function rememberVerified(
  verify: VerifyToken,
  { max = 10_000, now = Date.now }: { max?: number; now?: () => number } = {},
): VerifyToken {
  const known = new LRUCache<string, AccessTokenClaims>({ max })
  return async (token) => {
    const key = hash('sha256', token, 'base64')
    const claims = known.get(key)
    if (claims && claims.exp * 1000 > now()) return claims
    known.delete(key)
    const verified = await verify(token)
    known.set(key, verified)
    return verified
  }
}
