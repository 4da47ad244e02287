import type { IncomingMessage } from 'node:http'
import { clientAddress } from '@codelab/gateway/proxy/client-address'

const request = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as IncomingMessage

test.each([
  ['the peer without trusted proxies', '10.0.0.1', '6.6.6.6', 0, '10.0.0.1'],
  ['the peer, not its mapped form', '::ffff:10.0.0.1', undefined, 0, '10.0.0.1'],
  ['what one trusted proxy added', '10.0.0.1', '6.6.6.6, 1.2.3.4', 1, '1.2.3.4'],
  ['what the outer of two added', '10.0.0.1', '6.6.6.6, 1.2.3.4, 10.0.0.9', 2, '1.2.3.4'],
  ['the only entry there is', '10.0.0.1', '1.2.3.4', 2, '1.2.3.4'],
  ['the peer when the proxy said nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
] as const)('the address of a client is %s', (...row) => {
  const [, peer, forwarded, hops, expected] = row
  expect(clientAddress(request(peer, forwarded), hops)).toBe(expected)
})
