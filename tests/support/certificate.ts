import {
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'

/** A key and its certificate, in PEM. */
export type Certificate = { readonly key: string; readonly cert: string }

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
const name = (common: string) =>
  sequence(tlv(0x31, sequence(oid('550403'), tlv(0x0c, Buffer.from(common)))))
const extension = (id: string, value: Buffer) => sequence(oid(id), tlv(0x04, value))
const bool = (value: boolean) => tlv(0x01, Buffer.from([value ? 0xff : 0]))

/** X.509 for 127.0.0.1 that is its own authority, good for a day: for a TLS server and its clients in a test. */
export function selfSigned(common: string): Certificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { key: pem(privateKey), cert: certificate(common, privateKey) }
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

function certificate(common: string, key: KeyObject): string {
  const day = 86_400_000
  const now = Date.now()
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name(common),
    sequence(utcTime(new Date(now - day)), utcTime(new Date(now + day))),
    name(common),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    tlv(
      0xa3,
      sequence(
        extension('551d11', sequence(tlv(0x87, Buffer.from([127, 0, 0, 1])))),
        extension('551d13', sequence(bool(true))),
      ),
    ),
  )
  const signature = sign('sha256', body, key)
  const der = sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature))
  const lines = der.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
