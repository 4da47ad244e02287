import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

const nonceLength = 12
const tagLength = 16

/** The sealed bytes are of another key, or damaged. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}

export type Seal = {
  /** AES-256-GCM; `about` is bound to the bytes, so that they cannot be moved to another row. */
  close: (plain: string, about: string) => Buffer
  /** Throws `SealBroken`. */
  open: (sealed: Uint8Array, about: string) => string
}

const derived = (key: Uint8Array, purpose: string) =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `codelab-auth:${purpose}`, 32))

/** A seal under a key of its own, derived for `purpose`. */
export function createSeal(masterKey: Uint8Array, purpose: string): Seal {
  const key = derived(masterKey, purpose)
  return {
    close(plain, about) {
      const nonce = randomBytes(nonceLength)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, text, cipher.getAuthTag()])
    },
    open(sealed, about) {
      try {
        const bytes = Buffer.from(sealed)
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength), {
          authTagLength: tagLength,
        })
          .setAAD(Buffer.from(about))
          .setAuthTag(bytes.subarray(-tagLength))
        const text = decipher.update(bytes.subarray(nonceLength, -tagLength))
        return Buffer.concat([text, decipher.final()]).toString('utf8')
      } catch (cause) {
        throw new SealBroken('The sealed value was made with another key or is damaged.', { cause })
      }
    },
  }
}

/** Turns a secret into what is stored in its place: HMAC-SHA-256 under a key derived for `purpose`. */
export function createFingerprint(masterKey: Uint8Array, purpose: string) {
  const key = derived(masterKey, purpose)
  return (value: string): Buffer => createHmac('sha256', key).update(value).digest()
}
