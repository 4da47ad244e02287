import * as oidc from 'openid-client'
import { desktopClientId } from '@codelab/contracts/auth'
import { Failure } from '@codelab/runtime/failure'
import { oauthFailure } from './oauth-failure.ts'
import { isLoopback } from './server-address.ts'

const timeoutSeconds = 15
/** A person's clock may be off by this much; the access token's life is counted on that clock anyway. */
const clockToleranceSeconds = 600

const clientMetadata = {
  [oidc.clockTolerance]: clockToleranceSeconds,
  token_endpoint_auth_method: 'none',
}

const sameAddress = (left: string, right: string) => new URL(left).href === new URL(right).href

/** Endpoints of the issuer's own address, asked for at the address in use instead. */
function endpointsAt(server: string, metadata: oidc.ServerMetadata): oidc.ServerMetadata {
  const from = new URL(metadata.issuer).origin
  const to = new URL(server).origin
  const moved = Object.entries(metadata).map(([name, value]) =>
    name !== 'issuer' && typeof value === 'string' && value.startsWith(`${from}/`)
      ? [name, to + value.slice(from.length)]
      : [name, value],
  )
  return { ...metadata, ...Object.fromEntries(moved) }
}

/**
 * Learns from the gateway where to sign in. The server must name the address that was asked, so that nobody else's sign-in page can stand behind it;
 * an address of this machine (a port forward) may stand for any, and is then used for every request.
 */
export async function discover(server: string): Promise<oidc.Configuration> {
  const local = isLoopback(server)
  try {
    const found = await oidc.discovery(
      new URL(`${server}/.well-known/openid-configuration`),
      desktopClientId,
      clientMetadata,
      oidc.None(),
      { timeout: timeoutSeconds, execute: local ? [oidc.allowInsecureRequests] : [] },
    )
    const metadata = found.serverMetadata()
    if (sameAddress(metadata.issuer, server)) return found
    if (!local) {
      throw new Failure('forbidden', {
        message: `${server} says that its address is ${metadata.issuer}. Sign in with --server ${metadata.issuer} if you trust it.`,
      })
    }
    const moved = new oidc.Configuration(
      endpointsAt(server, metadata),
      desktopClientId,
      clientMetadata,
      oidc.None(),
    )
    moved.timeout = timeoutSeconds
    oidc.allowInsecureRequests(moved)
    return moved
  } catch (error) {
    throw oauthFailure(error, server)
  }
}
