import type { JWK } from 'jose'

/** A signing key with its private part, as it lives in memory. */
export type SigningKey = {
  readonly kid: string
  readonly createdAt: Date
  /** From when it signs; listed in the JWKS from its creation on. */
  readonly activatesAt: Date
  readonly jwk: JWK
}

export type Ring = {
  /** The key that signs comes first; then all others whose tokens may still be checked, or will be. */
  readonly keys: readonly SigningKey[]
  /** When the answer changes by itself, as long as no key is added. */
  readonly nextChange: Date | undefined
}

/**
 * Which key signs and which are listed at `now`. A key stays listed for `overlapSeconds` (the longest life of a token)
 * after its successor took over.
 */
export function ringAt(all: readonly SigningKey[], now: Date, overlapSeconds: number): Ring {
  const ordered = [...all].sort(
    (a, b) => a.activatesAt.getTime() - b.activatesAt.getTime() || a.kid.localeCompare(b.kid),
  )
  const spans = ordered.map((key, index) => {
    const successor = ordered[index + 1]
    const endsAt = successor && new Date(successor.activatesAt.getTime() + overlapSeconds * 1000)
    return { key, endsAt }
  })
  const listed = spans.filter(({ endsAt }) => !endsAt || endsAt > now)
  const signing = listed.findLast(({ key }) => key.activatesAt <= now)
  const keys = listed.map(({ key }) => key)
  const changes = listed
    .flatMap(({ key, endsAt }) => [key.activatesAt, ...(endsAt ? [endsAt] : [])])
    .filter((at) => at > now)
    .sort((a, b) => a.getTime() - b.getTime())
  return {
    keys: signing ? [signing.key, ...keys.filter((key) => key !== signing.key)] : keys,
    nextChange: changes[0],
  }
}

/** Keys that no token needs any more. */
export function spentAt(all: readonly SigningKey[], now: Date, overlapSeconds: number): string[] {
  const listed = new Set(ringAt(all, now, overlapSeconds).keys.map((key) => key.kid))
  return all.filter((key) => !listed.has(key.kid)).map((key) => key.kid)
}
