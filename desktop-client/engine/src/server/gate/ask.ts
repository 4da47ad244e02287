import type { IncomingMessage } from 'node:http'
import { type Asked } from './gate.ts'
import { cookieIn, type Entries } from './entries.ts'

const one = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined

/** The values of a header as they came, also those that Node leaves out as repeated. */
const allOf = (request: IncomingMessage, name: string): string[] =>
  request.rawHeaders.filter(
    (_, index, raw) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === name,
  )

/** What the gate looks at of a request. */
export function askOf(request: IncomingMessage, entries: Entries, upgrade: boolean): Asked {
  const [path = '', query] = (request.url ?? '').split('?', 2)
  const origins = allOf(request, 'origin')
  return {
    method: request.method ?? '',
    path,
    hosts: allOf(request, 'host'),
    // Two origins are no origin of ours.
    origin: origins.length > 1 ? origins.join(' ') : origins[0],
    site: one(request.headers['sec-fetch-site']),
    contentType: request.headers['content-type'],
    hasBody:
      request.headers['transfer-encoding'] !== undefined ||
      (request.headers['content-length'] ?? '0') !== '0',
    upgrade,
    admitted: entries.admits(cookieIn(request.headers.cookie, entries.cookieName)),
    enters: new URLSearchParams(query).has('t'),
  }
}
