import { timingSafeEqual } from 'node:crypto'
import { BlockList, isIP, isIPv6 } from 'node:net'
import type { Context, Next } from 'koa'
import { SettingsError } from '@codelab/runtime/settings'

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4')
const plainAddress = (address: string) => address.trim().replace(/^::ffff:(?=\d+\.)/i, '')

/** Addresses and CIDR ranges as one question; throws `SettingsError` for an entry that is neither. */
export function addressTest(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const bits = prefix === undefined ? undefined : Number(prefix)
    const most = isIPv6(address) ? 128 : 32
    if (
      !isIP(address) ||
      (bits !== undefined && !(Number.isInteger(bits) && bits >= 0 && bits <= most))
    ) {
      throw new SettingsError(
        `TRUSTED_PROXIES: ${entry} is neither an address nor a range like 10.0.0.0/8`,
      )
    }
    if (bits === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, bits, familyOf(address))
  }
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address))
}

/** The address that a request came from: the last hop that a trusted one names, read from the nearest backwards. */
export function sourceOf(
  peer: string,
  forwardedFor: string,
  isTrusted: (address: string) => boolean,
): string {
  const hops = forwardedFor.split(',').map(plainAddress)
  let source = plainAddress(peer)
  while (isTrusted(source)) {
    const hop = hops.pop()
    if (hop === undefined || isIP(hop) === 0) break
    source = hop
  }
  return source
}

type Options = {
  issuer: string
  isTrusted: (address: string) => boolean
  /** When given, forwarded headers need it as `X-Forwarded-Token` too. */
  forwardedToken?: string | undefined
}

const sameText = (a: string, b: string) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

/**
 * Sets `ctx.state.source`, and makes the request one to the issuer's address whatever names it came in under, so that no
 * page, cookie or discovery document can be led to name another.
 */
export function knowCaller({ issuer, isTrusted, forwardedToken }: Options) {
  const { host, protocol } = new URL(issuer)
  return async function knowCallerOfRequest(ctx: Context, next: Next): Promise<void> {
    const believed =
      forwardedToken === undefined || sameText(ctx.get('x-forwarded-token'), forwardedToken)
    const peer = ctx.req.socket.remoteAddress ?? ''
    ctx.state['source'] = sourceOf(peer, believed ? ctx.get('x-forwarded-for') : '', isTrusted)
    const { headers } = ctx.req
    for (const name of ['x-forwarded-host', 'x-forwarded-for', 'x-forwarded-token', 'forwarded']) {
      delete headers[name]
    }
    headers.host = host
    headers['x-forwarded-proto'] = protocol.slice(0, -1)
    await next()
  }
}
