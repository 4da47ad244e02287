import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto'
import { isIPv4 } from 'node:net'

/** A key and its certificate, in PEM. */
export type Certificate = { readonly key: string; readonly cert: string }

/** Who a certificate is about; Kubernetes reads a user from the common name and groups from the organizations. */
export type Subject = { readonly common: string; readonly organizations?: readonly string[] }

export type Authority = { readonly subject: Subject; readonly key: KeyObject }

export type Wanted = {
  readonly subject: Subject
  /** Who signs; without it the certificate is its own authority. */
  readonly authority?: Authority
  /** Names and IPv4 addresses that a server answers by. */
  readonly names?: readonly string[]
  readonly days?: number
}

const tlv = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts)
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}
const sequence = (...parts: Uint8Array[]) => tlv(0x30, ...parts)
const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const utcTime = (date: Date) =>
  tlv(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
const attribute = (id: string, value: string) =>
  tlv(0x31, sequence(oid(id), tlv(0x0c, Buffer.from(value))))
const nameOf = ({ common, organizations = [] }: Subject) =>
  sequence(...organizations.map((each) => attribute('55040a', each)), attribute('550403', common))
const extension = (id: string, value: Buffer) => sequence(oid(id), tlv(0x04, value))
const bool = (value: boolean) => tlv(0x01, Buffer.from([value ? 0xff : 0]))

const alternativeName = (name: string) =>
  isIPv4(name)
    ? tlv(0x87, Buffer.from(name.split('.').map(Number)))
    : tlv(0x82, Buffer.from(name, 'ascii'))

const extensionsOf = ({ names = [], authority }: Wanted) => [
  ...(names.length > 0 ? [extension('551d11', sequence(...names.map(alternativeName)))] : []),
  ...(authority ? [] : [extension('551d13', sequence(bool(true)))]),
]

const pemOf = (der: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${der
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`

function sealed(wanted: Wanted, key: KeyObject): string {
  const day = 86_400_000
  const now = Date.now()
  const { subject, authority = { subject, key }, days = 1 } = wanted
  const extensions = extensionsOf(wanted)
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(authority.subject),
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + days * day))),
    nameOf(subject),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    ...(extensions.length > 0 ? [tlv(0xa3, sequence(...extensions))] : []),
  )
  const signature = sign('sha256', body, authority.key)
  return pemOf(sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature)))
}

/** An X.509 certificate with a new P-256 key. */
export function issueCertificate(wanted: Wanted): Certificate & { readonly privateKey: KeyObject } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: sealed(wanted, privateKey),
    privateKey,
  }
}
