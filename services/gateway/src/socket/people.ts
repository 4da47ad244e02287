import type { AccessTokenClaims } from '@codelab/contracts/auth'
import { Id } from '@codelab/contracts/ids'
import { Failure } from '@codelab/runtime/failure'
import type { VerifyToken } from '@codelab/runtime/token'

/** A token whose subject could not be an id of ours is nobody's. */
export const ofAPerson =
  (verify: VerifyToken): VerifyToken =>
  async (token) => {
    const claims = await verify(token)
    if (!Id.safeParse(claims.sub).success) throw new Failure('unauthorized')
    return claims
  }

/** Sockets take tokens with the scope `workspace` only; others are as good as none. */
export const forTheWorkspace =
  (verify: VerifyToken): VerifyToken =>
  async (token): Promise<AccessTokenClaims> => {
    const claims = await verify(token)
    if (!claims.scope.split(' ').includes('workspace')) throw new Failure('unauthorized')
    return claims
  }
