import type { IncomingMessage } from 'node:http'

const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

/**
 * Where a request comes from. Without trusted proxies in front it is the peer; with `trustedHops` of them, the entry of X-Forwarded-For that
 * the outermost of these added. What a client writes into the header itself stands further left and is never read.
 */
export function clientAddress(request: IncomingMessage, trustedHops: number): string {
  const peer = unmapped(request.socket.remoteAddress ?? 'unknown')
  if (trustedHops === 0) return peer
  const stated = [request.headers['x-forwarded-for'] ?? []].flat().join(',')
  const entries = stated
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  return unmapped(entries.at(-Math.min(trustedHops, entries.length)) ?? peer)
}
