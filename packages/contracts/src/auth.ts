import { z } from 'zod'

/** The first-party desktop client, public: it has no secret. */
export const desktopClientId = 'codelab-desktop'
/** RFC 8252: any port of the loopback address. */
export const desktopRedirectPath = '/callback'
export const allScopes = 'openid offline_access workspace'

/** Audience and token type of a workspace's access tokens (RFC 9068). */
export const audienceOf = (workspace: string): string => `urn:codelab:workspace:${workspace}`
export const accessTokenType = 'at+jwt'

/** The claims every verifier relies on; unknown claims are ignored. */
export const AccessTokenClaims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  iat: z.number(),
  jti: z.string(),
  client_id: z.string(),
  scope: z.string(),
  roles: z.array(z.string()),
})
export type AccessTokenClaims = z.infer<typeof AccessTokenClaims>

/** RFC 6749 §5.1, what `/oauth/token` answers. */
export const TokenReply = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
  scope: z.string().optional(),
})
export type TokenReply = z.infer<typeof TokenReply>

/** RFC 6749 §5.2. */
export const OAuthFailure = z.object({
  error: z.string(),
  error_description: z.string().optional(),
})
