import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const entryMs = 60_000
const mostEntries = 16
const mostPages = 64

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The doors of one engine: tokens for one entry each, and the cookies that entries were exchanged for. Only digests are kept. */
export type Entries = {
  /** The name of the cookie: another engine on this machine has another, since cookies do not know ports. */
  readonly cookieName: string
  /** A token for one entry within a minute. */
  issue(): string
  /** Exchanges a token for a cookie's value; undefined when it is unknown, used or too old. */
  redeem(token: string): string | undefined
  /** True for the value of a cookie that was given here. */
  admits(cookie: string | undefined): boolean
}

type Kept = { readonly digest: Buffer; readonly until: number }

/** Compares with all that is kept, so that the time tells nothing of which one was close. */
const find = (kept: readonly Kept[], text: string, now: number): Kept | undefined => {
  const digest = digestOf(text)
  let found: Kept | undefined
  for (const one of kept) if (timingSafeEqual(one.digest, digest) && now < one.until) found = one
  return found
}

export function createEntries(now: () => number): Entries {
  let tokens: Kept[] = []
  let cookies: Kept[] = []
  return {
    cookieName: `codelab-${randomBytes(8).toString('hex')}`,
    issue: () => {
      const token = randomBytes(32).toString('base64url')
      tokens.push({ digest: digestOf(token), until: now() + entryMs })
      tokens = tokens.slice(-mostEntries)
      return token
    },
    redeem: (token) => {
      const found = find(tokens, token, now())
      if (!found) return undefined
      tokens = tokens.filter((one) => one !== found)
      const cookie = randomBytes(32).toString('base64url')
      cookies.push({ digest: digestOf(cookie), until: Number.POSITIVE_INFINITY })
      cookies = cookies.slice(-mostPages)
      return cookie
    },
    admits: (cookie) => cookie !== undefined && find(cookies, cookie, now()) !== undefined,
  }
}

/** The value of a cookie in a Cookie header; undefined when it is absent, or there twice. */
export function cookieIn(header: string | undefined, name: string): string | undefined {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined
}
