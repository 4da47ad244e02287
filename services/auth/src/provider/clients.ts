import type { ClientMetadata } from 'oidc-provider'
import { desktopClientId, desktopRedirectPath } from '@codelab/contracts/auth'

type KnownClient = {
  id: string
  name: string
  /** Ours: it may take a person's password itself. */
  firstParty: boolean
  redirectUri: string
}

/** All clients there are; a workspace has no registration. */
const clients: readonly KnownClient[] = [
  {
    id: desktopClientId,
    name: 'CodeLab',
    firstParty: true,
    // RFC 8252 §7.3: registered without a port, so that any port is accepted
    redirectUri: `http://127.0.0.1${desktopRedirectPath}`,
  },
]

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** Whether a client may use the password grant. */
export const isFirstParty = (clientId: string): boolean =>
  clients.some((client) => client.id === clientId && client.firstParty)

/** The clients in oidc-provider's form. */
export const clientMetadata = ({ passwordGrant }: { passwordGrant: boolean }): ClientMetadata[] =>
  clients.map((client) => ({
    client_id: client.id,
    client_name: client.name,
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    redirect_uris: [client.redirectUri],
    response_types: ['code'],
    grant_types: [
      'authorization_code',
      'refresh_token',
      deviceGrant,
      ...(passwordGrant && client.firstParty ? ['password'] : []),
    ],
    id_token_signed_response_alg: 'RS256',
  }))
