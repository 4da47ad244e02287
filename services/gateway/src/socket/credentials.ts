import type { IncomingHttpHeaders } from 'node:http'
import { bearerProtocolPrefix, socketProtocol } from './protocol.ts'

/** The bearer token of an upgrade request: from Authorization, else from the `bearer.<token>` subprotocol. The URL is never looked at. */
export function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers.authorization !== undefined) {
    return /^Bearer +([^\s]+) *$/i.exec(headers.authorization)?.[1]
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
  if (!offered.includes(socketProtocol)) return undefined
  return offered
    .find((name) => name.startsWith(bearerProtocolPrefix))
    ?.slice(bearerProtocolPrefix.length)
}
