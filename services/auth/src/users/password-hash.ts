import { argon2, type Argon2Parameters, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

/** OWASP's smallest recommended cost of argon2id: 19 MiB, two passes, one lane. */
export const cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
const saltLength = 16

const argon2OnPool = promisify(argon2)
const deriveOnPool = (parameters: Argon2Parameters) => argon2OnPool('argon2id', parameters)
const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replaceAll('=', '')

type Parsed = typeof cost & { salt: Buffer; tag: Buffer }

function parse(phc: string): Parsed | undefined {
  const match =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
      phc,
    )
  if (!match) return undefined
  const [, memory, passes, parallelism, salt, tag] = match
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt!, 'base64'),
    tag: Buffer.from(tag!, 'base64'),
  }
}

/** argon2id in the PHC string form. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltLength)
  const tag = await deriveOnPool({ ...cost, message: password, nonce: salt, tagLength })
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(salt)}$${encode(tag)}`
}

/** True when the password is the one hashed; `derive` computes argon2id where that is to happen. A string that is no argon2id hash never matches. */
export async function verifyPassword(
  password: string,
  phc: string,
  derive: (parameters: Argon2Parameters) => Promise<Buffer> = deriveOnPool,
): Promise<boolean> {
  const parsed = parse(phc)
  if (!parsed) return false
  const { salt, tag, ...parameters } = parsed
  const computed = await derive({
    ...parameters,
    message: password,
    nonce: salt,
    tagLength: tag.length,
  })
  return timingSafeEqual(computed, tag)
}

/** A hash of the present cost that no password opens: what a sign-in under an unknown name is compared with. */
export const unopenableHash = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${encode(randomBytes(saltLength))}$${encode(randomBytes(tagLength))}`
