import * as oidc from 'openid-client'
import { allScopes } from '@codelab/contracts/auth'
import { Failure } from '@codelab/runtime/failure'
import { discover } from './discover.ts'
import { type LoopbackPage, openLoopback } from './loopback.ts'
import { oauthFailure } from './oauth-failure.ts'

export type Granted = {
  readonly access_token: string
  readonly refresh_token?: string
  readonly expires_in?: number
  readonly username?: string
}

/** One way to sign in: asks the server's sign-in service and answers with its tokens, or throws a `Failure` for a person. */
export type SignIn = (server: string) => Promise<Granted>

const waitForPersonMs = 10 * 60_000

async function within<Value>(server: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      throw new Failure('unauthorized', {
        message: 'The sign-in was not finished in time. Start it again.',
        cause: error,
      })
    }
    throw oauthFailure(error, server)
  }
}

type Reply = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers

const granted = (reply: Reply, username: string | undefined): Granted => ({
  access_token: reply.access_token,
  ...(reply.refresh_token !== undefined && { refresh_token: reply.refresh_token }),
  ...(reply.expires_in !== undefined && { expires_in: reply.expires_in }),
  ...(username !== undefined && { username }),
})

/** The person's name for showing: in the identity token, else asked for; a server that does not tell it is fine. */
async function nameOf(config: oidc.Configuration, reply: Reply): Promise<string | undefined> {
  const claims = reply.claims()
  const name = claims?.preferred_username
  if (typeof name === 'string' || !claims) return name as string | undefined
  const info = await oidc
    .fetchUserInfo(config, reply.access_token, claims.sub)
    .catch(() => undefined)
  return info?.preferred_username
}

/** User name and password, given to the server's own token endpoint by form. */
export const signInWithPassword =
  ({ username, password }: { username: string; password: string }): SignIn =>
  (server) =>
    within(server, async () => {
      const config = await discover(server)
      const reply = await oidc.genericGrantRequest(config, 'password', { username, password })
      return granted(reply, username)
    })

export type BrowserSignIn = {
  /** Shows the address, and opens it where there is a browser. */
  readonly show: (address: string) => void | Promise<void>
  readonly pages: { readonly done: LoopbackPage; readonly refused: LoopbackPage }
  readonly signal?: AbortSignal
}

/** Code with PKCE in the system's browser; the answer comes back on a loopback port (RFC 8252). */
export const signInWithBrowser =
  ({ show, pages, signal }: BrowserSignIn): SignIn =>
  (server) =>
    within(server, async () => {
      const config = await discover(server)
      const state = oidc.randomState()
      const nonce = oidc.randomNonce()
      const verifier = oidc.randomPKCECodeVerifier()
      const loopback = await openLoopback(state, pages)
      try {
        const address = oidc.buildAuthorizationUrl(config, {
          redirect_uri: loopback.redirectUri,
          scope: allScopes,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state,
          nonce,
          prompt: 'consent',
        })
        await show(address.href)
        const patience = AbortSignal.timeout(waitForPersonMs)
        const back = await loopback.answer(signal ? AbortSignal.any([signal, patience]) : patience)
        const reply = await oidc.authorizationCodeGrant(config, back, {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
        })
        return granted(reply, await nameOf(config, reply))
      } finally {
        loopback.close()
      }
    })

export type DeviceCode = {
  readonly code: string
  readonly address: string
  readonly completeAddress?: string
}

/** A code that the person confirms on any other device. */
export const signInWithDevice =
  ({ show, signal }: { show: (device: DeviceCode) => void; signal?: AbortSignal }): SignIn =>
  (server) =>
    within(server, async () => {
      const config = await discover(server)
      const device = await oidc.initiateDeviceAuthorization(config, { scope: allScopes })
      show({
        code: device.user_code,
        address: device.verification_uri,
        ...(device.verification_uri_complete && {
          completeAddress: device.verification_uri_complete,
        }),
      })
      const reply = await oidc.pollDeviceAuthorizationGrant(
        config,
        device,
        undefined,
        signal ? { signal } : {},
      )
      return granted(reply, await nameOf(config, reply))
    })
