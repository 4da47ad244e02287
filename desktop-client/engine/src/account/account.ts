import { join } from 'node:path'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { AccessTokenClaims } from '@codelab/contracts/auth'
import { Failure } from '@codelab/runtime/failure'
import { EngineFailure } from '../engine-failure.ts'
import { discover } from './discover.ts'
import { failureOfWrite } from './failure-of-write.ts'
import { withLock } from './lock-file.ts'
import { isGrantRefused, oauthFailure } from './oauth-failure.ts'
import type { SignIn } from './sign-in.ts'
import { nameOfServer } from './token-file.ts'
import { isFresh, refreshAhead, type SavedTokens, savedTokens, type TokenStore } from './tokens.ts'

/** An access token and when, on this machine's clock, it should be replaced. */
export type AccessToken = { readonly value: string; readonly renewAt: number }

export type Account = {
  readonly server: string
  /** A token that is good now; `refused` is one that the server has just turned down. Throws `unauthorized` when only a new sign-in helps. */
  token(refused?: string): Promise<AccessToken>
  signIn(way: SignIn): Promise<void>
  /** Ends the sign-in at the server too; answers false when the server could not be told. */
  signOut(): Promise<boolean>
  /** Whom the token names: for showing only, the server alone judges tokens. */
  whoami(): Promise<Person>
  /** Whose sign-in is kept here, without asking the server whether it still holds; undefined when none is, or it cannot be read. */
  kept(): Promise<Person | undefined>
}

export const Person = AccessTokenClaims.pick({ sub: true, roles: true, aud: true }).extend({
  username: z.string().optional(),
})
export type Person = z.infer<typeof Person>

function personOf({ access_token: token, username }: SavedTokens): Person {
  const [, claims = ''] = token.split('.')
  const read: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString())
  return { ...Person.parse(read), ...(username !== undefined && { username }) }
}

const signInFirst = (server: string) =>
  new EngineFailure('unauthorized', 'signed_out', {
    message: `You are not signed in at ${server}. Run: codelab login --server ${server}`,
    place: server,
  })

/** The person's sign-in at one server: one refresh at a time in this process, and, by a lock file, among all of this machine's. */
export function createAccount(options: {
  readonly server: string
  readonly store: TokenStore
  readonly folder: string
  readonly now: () => number
}): Account {
  const { server, store, folder, now } = options
  const lock = join(folder, 'locks', `${nameOfServer(server)}.lock`)
  let refreshing: Promise<SavedTokens> | undefined
  /** A refresh token is good once: what a full disk did not take is kept here. */
  let unwritten: SavedTokens | undefined

  const load = async (): Promise<SavedTokens | undefined> => {
    const kept = await store.load(server)
    return unwritten && unwritten.received_at > (kept?.received_at ?? 0) ? unwritten : kept
  }
  /** One process of this machine at a time; a disk that takes nothing is said to be the reason. */
  const alone = <Value>(work: () => Promise<Value>): Promise<Value> =>
    withLock(lock, work).catch((error: unknown) => {
      throw failureOfWrite(error, 'The sign-in')
    })

  const usable = (tokens: SavedTokens, refused?: string) =>
    isFresh(tokens, now()) && tokens.access_token !== refused

  const refresh = async (tokens: SavedTokens): Promise<SavedTokens> => {
    if (!tokens.refresh_token) throw signInFirst(server)
    try {
      const config = await discover(server)
      const reply = await oidc.refreshTokenGrant(config, tokens.refresh_token)
      const fresh = savedTokens(reply, now(), tokens)
      unwritten = fresh
      await store.save(server, fresh).then(
        () => (unwritten = undefined),
        () => undefined,
      )
      return fresh
    } catch (error) {
      if (!isGrantRefused(error)) throw oauthFailure(error, server)
      unwritten = undefined
      await store.remove(server)
      throw signInFirst(server)
    }
  }

  const refreshLocked = (refused?: string) =>
    alone(async () => {
      const tokens = await load()
      if (!tokens) throw signInFirst(server)
      return usable(tokens, refused) ? tokens : await refresh(tokens)
    })

  const current = async (refused?: string): Promise<SavedTokens> => {
    const tokens = await load()
    if (!tokens) throw signInFirst(server)
    if (usable(tokens, refused)) return tokens
    refreshing ??= refreshLocked(refused).finally(() => {
      refreshing = undefined
    })
    try {
      return await refreshing
    } catch (error) {
      const stillGood = tokens.access_token !== refused && now() < tokens.expires_at
      if (stillGood && error instanceof Failure && error.code === 'unavailable') return tokens
      throw error
    }
  }

  return {
    server,
    token: async (refused) => {
      const tokens = await current(refused)
      return {
        value: tokens.access_token,
        renewAt: tokens.expires_at - refreshAhead(tokens),
      }
    },
    signIn: async (way) => {
      const granted = await way(server)
      await alone(() => store.save(server, savedTokens(granted, now())))
      unwritten = undefined
    },
    signOut: () =>
      alone(async () => {
        const tokens = await load()
        unwritten = undefined
        await store.remove(server)
        return await revoke(server, tokens?.refresh_token ?? tokens?.access_token)
      }),
    whoami: async () => personOf(await current()),
    kept: async () => {
      try {
        const tokens = await load()
        return tokens && (tokens.refresh_token || usable(tokens)) ? personOf(tokens) : undefined
      } catch {
        return undefined // told by who asks for a token
      }
    },
  }
}

/** False when the server could not be told: the token then lives until its end. */
async function revoke(server: string, token: string | undefined): Promise<boolean> {
  if (!token) return true
  try {
    await oidc.tokenRevocation(await discover(server), token)
    return true
  } catch {
    return false
  }
}
