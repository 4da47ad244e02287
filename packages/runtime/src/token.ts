import type { Context, Next } from 'koa'
import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet } from 'jose'
import { AccessTokenClaims, accessTokenType } from '@codelab/contracts/auth'
import { Failure } from './failure.ts'
import type { Log } from './log.ts'

type Settings = {
  /** Where the keys are fetched: auth's own address. */
  readonly jwksUrl: string
  /** Compared with `iss` as a string. */
  readonly issuer: string
  readonly audience: string
  readonly cacheSeconds: number
  /** An unknown key leads to at most one fetch in this time. */
  readonly cooldownSeconds?: number
  readonly fetchTimeoutMs?: number
  readonly log: Log
  readonly now?: () => number
}

export type VerifyToken = (token: string) => Promise<AccessTokenClaims>

/** Longer tokens are refused unread; ours are about 1 KiB. */
const maxTokenChars = 16_384

/**
 * Verifies access tokens (RFC 9068) against auth's JWKS. Keys are cached, fetched again when old or when a token names an
 * unknown one, and kept while auth is away: a valid token stays valid. Throws `token_expired` or `unauthorized`;
 * `unavailable` only when no key was ever fetched.
 */
export function createTokenVerifier(settings: Settings): VerifyToken {
  const {
    issuer,
    audience,
    log,
    cooldownSeconds = 30,
    fetchTimeoutMs = 5_000,
    now = Date.now,
  } = settings
  let keys: ReturnType<typeof createLocalJWKSet> | undefined
  let fetchedAt = -Infinity
  let triedAt = -Infinity
  let fetching: Promise<void> | undefined

  const fetchKeys = async () => {
    triedAt = now()
    try {
      const response = await fetch(settings.jwksUrl, {
        signal: AbortSignal.timeout(fetchTimeoutMs),
        redirect: 'error',
      })
      if (!response.ok) throw new Error(`JWKS answered ${response.status}`)
      keys = createLocalJWKSet((await response.json()) as JSONWebKeySet)
      fetchedAt = now()
    } catch (error) {
      log.warn({ err: error }, 'signing keys could not be fetched; those known stay in use')
    }
  }
  const refresh = () => (fetching ??= fetchKeys().finally(() => (fetching = undefined)))
  const triedLongerAgoThan = (seconds: number) => now() - triedAt >= seconds * 1000
  /** A cache time shorter than the pause after an unknown key is still the cache time. */
  const staleAfter = Math.min(settings.cacheSeconds, cooldownSeconds)

  const currentKeys = async () => {
    if (!keys) await refresh()
    else if (now() - fetchedAt > settings.cacheSeconds * 1000 && triedLongerAgoThan(staleAfter))
      void refresh()
    if (!keys)
      throw new Failure('unavailable', {
        message: 'Tokens cannot be checked: auth does not answer.',
      })
    return keys
  }

  const check = async (token: string, set: ReturnType<typeof createLocalJWKSet>) =>
    jwtVerify(token, set, {
      issuer,
      audience,
      typ: accessTokenType,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
      currentDate: new Date(now()),
    })

  const verify = async (token: string) => {
    const set = await currentKeys()
    try {
      return await check(token, set)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      // A fetch under way may bring the key: it was begun because those known are old.
      if (!fetching && !triedLongerAgoThan(cooldownSeconds)) throw error
      await refresh()
      return check(token, await currentKeys())
    }
  }

  return async (token) => {
    if (token.length > maxTokenChars) throw new Failure('unauthorized')
    try {
      const { payload } = await verify(token)
      return AccessTokenClaims.parse(payload)
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure(error instanceof errors.JWTExpired ? 'token_expired' : 'unauthorized', {
        cause: error,
      })
    }
  }
}

/** The token of an `Authorization: Bearer` header (RFC 6750), or undefined. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/=-]+) *$/i.exec(authorization ?? '')?.[1]

/** The person whose access token with the scope `workspace` this is; throws `unauthorized`, `token_expired` or `forbidden`. */
export async function userOfToken(
  authorization: string | undefined,
  verify: VerifyToken,
): Promise<string> {
  const token = bearerToken(authorization)
  if (!token) throw new Failure('unauthorized')
  const claims = await verify(token)
  if (!claims.scope.split(' ').includes('workspace'))
    throw new Failure('forbidden', { message: 'The token lacks the scope `workspace`.' })
  return claims.sub
}

/** What a 401 carries as WWW-Authenticate (RFC 6750). */
export const bearerChallenge = 'Bearer error="invalid_token"'

/** Lets people with the scope `workspace` in and sets `ctx.state.userId`; 401 carries RFC 6750's WWW-Authenticate. */
export function requireUser(verify: VerifyToken) {
  return async function requireUserToken(ctx: Context, next: Next): Promise<void> {
    try {
      ctx.state['userId'] = await userOfToken(ctx.get('authorization'), verify)
    } catch (error) {
      if (error instanceof Failure && error.status === 401)
        ctx.set('WWW-Authenticate', bearerChallenge)
      throw error
    }
    await next()
  }
}
