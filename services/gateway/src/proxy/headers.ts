import type { IncomingHttpHeaders } from 'node:http'

/** RFC 9110 §7.6.1: they speak of one connection and end there. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** What a client may not say for itself: where it comes from, and who speaks inside the workspace. */
const notFromOutside = new Set([
  'expect',
  'forwarded',
  'host',
  'traceparent',
  'tracestate',
  'x-real-ip',
  'x-request-id',
])
const internalPrefixes = ['x-forwarded-', 'x-service-', 'x-user-id', 'x-connection-id']

const namedByConnection = (value: string | string[] | undefined): Set<string> =>
  new Set(
    [value ?? []]
      .flat()
      .join(',')
      .toLowerCase()
      .split(',')
      .map((name) => name.trim()),
  )

type HeaderValues = Record<string, string | string[]>

function withoutConnectionHeaders(headers: IncomingHttpHeaders): HeaderValues {
  const named = namedByConnection(headers.connection)
  const kept: HeaderValues = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.has(name)) kept[name] = value
  }
  return kept
}

/** Headers for the service behind: those of the client without what it must not set, our own, and the workspace's public address and the client's own in X-Forwarded-*. */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  facts: { publicUrl: URL; clientAddress: string; own: Readonly<Record<string, string>> },
): HeaderValues {
  const kept = Object.entries(withoutConnectionHeaders(headers)).filter(
    ([name]) =>
      !notFromOutside.has(name) && !internalPrefixes.some((prefix) => name.startsWith(prefix)),
  )
  return {
    ...Object.fromEntries(kept),
    ...facts.own,
    'x-forwarded-for': facts.clientAddress,
    'x-forwarded-host': facts.publicUrl.host,
    'x-forwarded-proto': facts.publicUrl.protocol.slice(0, -1),
  }
}

/** Headers of the answer as the client gets them; `set-cookie` stays a list. */
export const replyHeaders = (headers: IncomingHttpHeaders): HeaderValues =>
  withoutConnectionHeaders(headers)
