import { eventsPath } from '@codelab/contracts/engine-ui/events'

/** What a request says of itself and of where it comes from. */
export type Asked = {
  readonly method: string
  readonly path: string
  /** All Host headers that came. */
  readonly hosts: readonly string[]
  readonly origin: string | undefined
  /** Sec-Fetch-Site: browsers send it, and no page can change it. */
  readonly site: string | undefined
  readonly contentType: string | undefined
  readonly hasBody: boolean
  /** It wants to become a WebSocket. */
  readonly upgrade: boolean
  /** It carries a cookie that this engine gave. */
  readonly admitted: boolean
  /** It carries an entry token. */
  readonly enters: boolean
}

export type Refusal = {
  readonly code: 'forbidden' | 'unauthorized' | 'unsupported_media_type' | 'not_found'
  readonly status: number
  readonly message: string
}

const refuse = (code: Refusal['code'], status: number, message: string): Refusal => ({
  code,
  status,
  message,
})

const reads = new Set(['GET', 'HEAD'])
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const json = /^application\/json\s*(?:;\s*charset=(?:"utf-8"|utf-8)\s*)?$/i

const notFromHere = refuse('forbidden', 403, 'This engine answers to its own page alone.')

/** Where it comes from: the same for all requests. A DNS name that was made to point here is another host. */
function fromElsewhere(asked: Asked, host: string): Refusal | undefined {
  if (asked.hosts.length !== 1 || asked.hosts[0] !== host)
    return refuse('forbidden', 421, 'This engine answers under its own address alone.')
  if (asked.origin !== undefined && asked.origin !== `http://${host}`) return notFromHere
  return undefined
}

const opensPage = ({ method, path, upgrade }: Asked) =>
  reads.has(method) && path === '/' && !upgrade

/** A request that changes something, or a socket: only from a script of our own page. */
function notOurScript(asked: Asked): Refusal | undefined {
  if (asked.origin === undefined) return notFromHere
  if (asked.site !== undefined && asked.site !== 'same-origin') return notFromHere
  const typed = asked.hasBody || asked.contentType !== undefined
  if (!asked.upgrade && typed && !json.test(asked.contentType ?? ''))
    return refuse('unsupported_media_type', 415, 'Send application/json.')
  return undefined
}

/** A page is opened by the person (`none`); nothing of ours is loaded by any other page. */
function notOurLoad(asked: Asked): Refusal | undefined {
  if (asked.site === undefined || asked.site === 'same-origin') return undefined
  return asked.site === 'none' && opensPage(asked) ? undefined : notFromHere
}

/**
 * Whether a request may pass; undefined lets it. Loopback protects from nothing: every page that the person's browser shows can reach
 * this port, so each request must name our host, come from our origin and carry our cookie.
 */
export function refusalOf(asked: Asked, host: string): Refusal | undefined {
  const elsewhere = fromElsewhere(asked, host)
  if (elsewhere) return elsewhere
  if (!asked.path.startsWith('/')) return refuse('not_found', 404, 'There is no such path.')
  if (!reads.has(asked.method) && !writes.has(asked.method))
    return refuse('forbidden', 405, 'This engine does not know the method.')
  if (asked.upgrade && (asked.method !== 'GET' || asked.path !== eventsPath))
    return refuse('not_found', 404, 'There is no such socket.')
  const foreign =
    reads.has(asked.method) && !asked.upgrade ? notOurLoad(asked) : notOurScript(asked)
  if (foreign) return foreign
  if (asked.admitted || (asked.enters && opensPage(asked))) return undefined
  return refuse('unauthorized', 401, 'Open this page from the application, or with: codelab open')
}
