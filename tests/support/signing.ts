import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  type CryptoKey,
  type JWK,
  type JWTPayload,
} from 'jose'
import { accessTokenType, type AccessTokenClaims } from '@codelab/contracts/auth'

export type Signer = ReturnType<typeof signerWith>

type Workspace = { readonly issuer: string; readonly audience: string; readonly subject?: string }

/** A signing key of auth's kind and the good claims of one workspace, each part of which a test may change. */
export async function createSigner(workspace: Workspace): Promise<Signer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  return signerWith({ privateKey, publicJwk: await exportJWK(publicKey), publicKey }, workspace)
}

/** The same with a key that exists already, given as private JWK: a running auth's own. */
export async function signerOf({ kty, n, e, kid, ...secret }: JWK, workspace: Workspace) {
  const publicJwk = { kty: kty!, n: n!, e: e!, kid: kid! }
  const keyOf = (jwk: JWK) => importJWK(jwk, 'RS256', { extractable: true }) as Promise<CryptoKey> // an RSA key is no bytes
  const privateKey = await keyOf({ ...secret, ...publicJwk })
  return signerWith({ privateKey, publicKey: await keyOf(publicJwk), publicJwk }, workspace)
}

function signerWith(
  key: { privateKey: CryptoKey; publicKey: CryptoKey; publicJwk: JWK },
  { issuer, audience, subject = 'user-1' }: Workspace,
) {
  const { privateKey, publicKey } = key
  const kid = key.publicJwk.kid ?? randomUUID()
  const publicJwk: JWK = { ...key.publicJwk, kid, alg: 'RS256', use: 'sig' }
  const claims = (changes: Partial<AccessTokenClaims> = {}): AccessTokenClaims => {
    const now = Math.floor(Date.now() / 1000)
    return {
      iss: issuer,
      sub: subject,
      aud: audience,
      exp: now + 900,
      iat: now,
      jti: randomUUID(),
      client_id: 'codelab-desktop',
      scope: 'openid offline_access workspace',
      roles: [],
      ...changes,
    }
  }
  return {
    kid,
    privateKey,
    publicKey,
    publicJwk,
    jwks: { keys: [publicJwk] },
    claims,
    token: (changes: Partial<AccessTokenClaims> = {}): Promise<string> =>
      new SignJWT(claims(changes) as JWTPayload)
        .setProtectedHeader({ alg: 'RS256', typ: accessTokenType, kid })
        .sign(privateKey),
  }
}

/** Serves a key set at `/.well-known/jwks.json` as auth does; `requests` counts how often it was asked for. */
export async function serveKeys(jwks: object) {
  let requests = 0
  const server = createServer((request, response) => {
    if (request.url !== '/.well-known/jwks.json') return void response.writeHead(404).end()
    requests += 1
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(jwks))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
