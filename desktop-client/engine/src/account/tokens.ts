import { z } from 'zod'
import type { TokenReply } from '@codelab/contracts/auth'

/** What one sign-in leaves on this machine. Times are this machine's clock in milliseconds: the server's may differ. */
export const SavedTokens = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  received_at: z.number(),
  expires_at: z.number(),
  /** Only for showing. */
  username: z.string().optional(),
})
export type SavedTokens = z.infer<typeof SavedTokens>

/** Where the tokens of each server are kept. */
export type TokenStore = {
  load(server: string): Promise<SavedTokens | undefined>
  save(server: string, tokens: SavedTokens): Promise<void>
  remove(server: string): Promise<void>
}

/** Reads a token answer; a refresh that gives no new refresh token keeps the old one. */
export const savedTokens = (
  reply: Pick<TokenReply, 'access_token' | 'refresh_token'> & {
    expires_in?: number
    username?: string
  },
  now: number,
  before?: SavedTokens,
): SavedTokens => {
  const refresh = reply.refresh_token ?? before?.refresh_token
  const username = reply.username ?? before?.username
  return {
    access_token: reply.access_token,
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(username === undefined ? {} : { username }),
    received_at: now,
    expires_at: now + (reply.expires_in ?? 300) * 1000,
  }
}

/** How long before its end a token is replaced: a fifth of its life, at most a minute. */
export const refreshAhead = (tokens: SavedTokens): number =>
  Math.min(60_000, (tokens.expires_at - tokens.received_at) / 5)

/** Whether a token may still be shown. A clock that was set back since the token came makes its age unknown: not fresh. */
export const isFresh = (tokens: SavedTokens, now: number): boolean =>
  now >= tokens.received_at && now < tokens.expires_at - refreshAhead(tokens)
