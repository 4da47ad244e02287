import { createHmac } from 'node:crypto'
import { exportSPKI, generateKeyPair, SignJWT, exportJWK, type JWTPayload } from 'jose'
import { accessTokenType } from '@codelab/contracts/auth'
import type { Signer } from './signing.ts'

export type BadToken = {
  readonly name: string
  readonly token: string
  /** The failure code that a verifier has to give. */
  readonly code: 'unauthorized' | 'token_expired'
  /** Longer than an HTTP header may be: a server may refuse the request as a whole (431). */
  readonly oversized?: true
}

type Header = Record<string, unknown>
type Claims = Record<string, unknown>

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const hmacToken = (header: Header, claims: Claims, secret: string): string => {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const without = (claims: Claims, name: string): Claims => {
  const { [name]: _, ...rest } = claims
  return rest
}

/** Flips one bit in the middle of a base64url text. */
const flipped = (text: string): string => {
  const bytes = Buffer.from(text, 'base64url')
  const middle = bytes.length >> 1
  bytes[middle] = bytes[middle]! ^ 1
  return bytes.toString('base64url')
}

/** Texts that are no token at all. */
const malformed = ([header, payload, signature]: readonly [string, string, string]): Record<
  string,
  string
> => ({
  'a plain word': 'hello',
  'two parts only': `${header}.${payload}`,
  'four parts': `${header}.${payload}.${signature}.${signature}`,
  'five parts, as if encrypted': `${header}.${payload}.${signature}.${payload}.${signature}`,
  'dots only': '..',
  'characters outside base64url': `${header}.${payload}.++//==`,
  'a header that is no JSON': `${Buffer.from('{').toString('base64url')}.${payload}.${signature}`,
  'a header that is a list': `${encode([])}.${payload}.${signature}`,
  'an empty signature': `${header}.${payload}.`,
  'a truncated signature': `${header}.${payload}.${signature.slice(0, -8)}`,
  'a signature with one bit flipped': `${header}.${payload}.${flipped(signature)}`,
  'a payload with one bit flipped': `${header}.${flipped(payload)}.${signature}`,
  'a header with an added field': `${encode({ alg: 'RS256', typ: accessTokenType, x: 1 })}.${payload}.${signature}`,
})

/** Every way to be refused, made of a real key and good claims. Each service that checks tokens runs the whole table. */
export async function badTokens(signer: Signer): Promise<BadToken[]> {
  const { kid, privateKey, publicKey, publicJwk } = signer
  const good = signer.claims() as Claims
  const header = { alg: 'RS256', typ: accessTokenType, kid }
  const stranger = await generateKeyPair('RS256', { extractable: true })
  const strangerJwk = await exportJWK(stranger.publicKey)
  const curve = await generateKeyPair('ES256')
  const publicPem = await exportSPKI(publicKey)
  const now = Math.floor(Date.now() / 1000)

  const sign = (claims: Claims, changes: Header = {}, key: Signer['privateKey'] = privateKey) =>
    new SignJWT(claims as JWTPayload).setProtectedHeader({ ...header, ...changes }).sign(key)
  const withAlgorithm = async (alg: string, hash: string, name = 'RSASSA-PKCS1-v1_5') => {
    const pkcs8 = await crypto.subtle.exportKey('pkcs8', privateKey)
    const key = await crypto.subtle.importKey('pkcs8', pkcs8, { name, hash }, false, ['sign'])
    return sign(good, { alg }, key)
  }
  const claimed = (changes: Claims) => sign({ ...good, ...changes })
  const critical = (crit: string[], extra: Header) => {
    const input = `${encode({ ...header, crit, ...extra })}.${encode(good)}`
    return crypto.subtle
      .sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(input))
      .then((signature) => `${input}.${Buffer.from(signature).toString('base64url')}`)
  }
  const token = await sign(good)
  const parts = token.split('.') as [string, string, string]
  const other = (await sign({ ...good, sub: 'user-2' })).split('.')
  const none = (alg: string) => `${encode({ alg, typ: accessTokenType })}.${encode(good)}.`

  const refused: Record<string, string | Promise<string>> = {
    ...malformed(parts),
    'algorithm none': none('none'),
    'algorithm None': none('None'),
    'algorithm NONE with a kid': `${encode({ ...header, alg: 'NONE' })}.${encode(good)}.`,
    'algorithm none with the signature kept': `${encode({ ...header, alg: 'none' })}.${parts[1]}.${parts[2]}`,
    'no algorithm': `${encode({ typ: accessTokenType, kid })}.${parts[1]}.${parts[2]}`,
    'HS256 keyed with the public key as PEM': hmacToken(
      { ...header, alg: 'HS256' },
      good,
      publicPem,
    ),
    'HS256 keyed with the public key as JWK': hmacToken(
      { ...header, alg: 'HS256' },
      good,
      JSON.stringify(publicJwk),
    ),
    'HS256 keyed with the modulus': hmacToken({ ...header, alg: 'HS256' }, good, publicJwk.n ?? ''),
    'HS256 keyed with nothing': hmacToken({ ...header, alg: 'HS256' }, good, ''),
    'RS384 with the right key': withAlgorithm('RS384', 'SHA-384'),
    'RS512 with the right key': withAlgorithm('RS512', 'SHA-512'),
    'PS256 with the right key': withAlgorithm('PS256', 'SHA-256', 'RSA-PSS'),
    "ES256 with a stranger's key": sign(good, { alg: 'ES256' }, curve.privateKey),
    "a stranger's key under our kid": sign(good, {}, stranger.privateKey),
    "a stranger's key under its own kid": sign(good, { kid: 'stranger' }, stranger.privateKey),
    "a stranger's key without a kid": sign(good, { kid: undefined }, stranger.privateKey),
    "a stranger's key carried in the jwk header": sign(
      good,
      { jwk: strangerJwk },
      stranger.privateKey,
    ),
    "a stranger's key set named by jku": sign(
      good,
      { kid: 'stranger', jku: 'http://127.0.0.1:9/jwks.json' },
      stranger.privateKey,
    ),
    "a stranger's certificate named by x5u": sign(
      good,
      { x5u: 'http://127.0.0.1:9/cert.pem' },
      stranger.privateKey,
    ),
    'a kid that is a path': sign(good, { kid: '../../../../dev/null' }, stranger.privateKey),
    'a kid that is a query': sign(good, { kid: "' OR 1=1 --" }, stranger.privateKey),
    'a kid that is a prototype property': sign(good, { kid: '__proto__' }, stranger.privateKey),
    'type JWT, as an ID token has': sign(good, { typ: 'JWT' }),
    'no type': sign(good, { typ: undefined }),
    'type of a logout token': sign(good, { typ: 'logout+jwt' }),
    'a critical header that nobody knows': critical(['codelab'], { codelab: true }),
    'an unencoded payload (b64)': critical(['b64'], { b64: false }),
    'another issuer': claimed({ iss: 'https://evil.example' }),
    'our issuer with a slash added': claimed({ iss: `${String(good['iss'])}/` }),
    'our issuer as the start of another': claimed({ iss: `${String(good['iss'])}.evil.example` }),
    'no issuer': sign(without(good, 'iss')),
    'the audience of another workspace': claimed({ aud: 'urn:codelab:workspace:other/other' }),
    'a list of audiences without ours': claimed({ aud: ['urn:a', 'urn:b'] }),
    'the client as audience, as an ID token has': claimed({ aud: good['client_id'] }),
    'no audience': sign(without(good, 'aud')),
    'no expiry': sign(without(good, 'exp')),
    'an expiry that is text': claimed({ exp: String(now + 900) }),
    'a time in the future as its start': claimed({ nbf: now + 600 }),
    'no subject': sign(without(good, 'sub')),
    'an empty subject': claimed({ sub: '' }),
    'no id of its own': sign(without(good, 'jti')),
    'no time of issue': sign(without(good, 'iat')),
    'no scope': sign(without(good, 'scope')),
    'a signature of another token': `${parts[0]}.${parts[1]}.${other[2]}`,
    'a payload of another token': `${parts[0]}.${other[1]}.${parts[2]}`,
  }
  const expired: Record<string, Promise<string>> = {
    'expired a second ago': claimed({ exp: now - 1, iat: now - 901 }),
    'expired long ago': claimed({ exp: 1, iat: 0 }),
  }
  return [
    ...(await named(refused, 'unauthorized')),
    ...(await named(expired, 'token_expired')),
    {
      name: 'a token of 1 MiB',
      token: `${parts[0]}.${'A'.repeat(1_048_576)}.${parts[2]}`,
      code: 'unauthorized',
      oversized: true,
    },
  ]
}

const named = (
  table: Record<string, string | Promise<string>>,
  code: BadToken['code'],
): Promise<BadToken[]> =>
  Promise.all(
    Object.entries(table).map(async ([name, token]) => ({ name, token: await token, code })),
  )
