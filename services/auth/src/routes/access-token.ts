import { createLocalJWKSet, errors as joseErrors, jwtVerify, type JWK } from 'jose'
import { AccessTokenClaims, accessTokenType } from '@codelab/contracts/auth'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Ring } from '../keys/ring.ts'

type Options = { keys: Pick<KeyRing, 'current'>; issuer: string; audience: string }

export type CheckAccessToken = (token: string) => Promise<AccessTokenClaims | undefined>

const publicPart = ({ kty, n, e, kid, alg, use }: JWK): JWK => ({
  kty: kty!,
  n: n!,
  e: e!,
  kid: kid!,
  alg: alg!,
  use: use!,
})

/** Checks an access token of this workspace against the keys in memory; undefined when it is not, or no longer, one. */
export function createAccessTokenCheck({ keys, issuer, audience }: Options): CheckAccessToken {
  let known: { ring: Ring; set: ReturnType<typeof createLocalJWKSet> } | undefined
  const keySet = () => {
    const ring = keys.current()
    if (known?.ring !== ring) {
      known = {
        ring,
        set: createLocalJWKSet({ keys: ring.keys.map(({ jwk }) => publicPart(jwk)) }),
      }
    }
    return known.set
  }

  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keySet(), {
        issuer,
        audience,
        typ: accessTokenType,
        algorithms: ['RS256'],
      })
      return AccessTokenClaims.safeParse(payload).data
    } catch (error) {
      if (error instanceof joseErrors.JOSEError) return undefined
      throw error
    }
  }
}
