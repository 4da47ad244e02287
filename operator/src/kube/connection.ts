import { isDeepStrictEqual } from 'node:util'
import type { KubeConfig } from '@kubernetes/client-node'
import { type Dispatcher, Pool } from 'undici'
import { type Clock, systemClock } from '../clock.ts'
import { type Access, accessOf, loadConfig } from './access.ts'
import { lastCheck } from './last-check.ts'

/** Watches hold a connection each for minutes, so they never stand in the way of requests. */
export type Lane = 'request' | 'watch'

export type RawRequest = {
  readonly lane: Lane
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
  /** Asked right before the first byte leaves; what it throws is thrown instead. */
  readonly guard?: (() => void) | undefined
}

export type Connection = ReturnType<typeof createConnection>

type Settings = {
  /** Asked at the start, and again when the API server refuses the credentials. */
  readonly load?: () => KubeConfig
  readonly clock?: Clock
  /** Requests under way at once; more of them wait. */
  readonly connections?: number
  readonly userAgent?: string
}

type Open = { readonly access: Access; readonly pools: Readonly<Record<Lane, Pool>> }

/** A token file is read again this often; the API server accepts the one before for longer. */
const accessForMs = 10_000
const reloadPauseMs = 5_000

const poolsFor = ({ origin, tls }: Access, connections: number): Open['pools'] => {
  const common = {
    connect: { ...tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 },
    // Streams of one HTTP/2 connection share its window and its fate: one broken connection would end every watch.
    allowH2: false,
    keepAliveTimeout: 30_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  }
  return {
    request: new Pool(origin, { ...common, connections }),
    watch: new Pool(origin, common),
  }
}

/** Sends raw requests to the API server of a Kubernetes configuration, always with the credentials of the moment. */
export function createConnection({
  load = loadConfig,
  clock = systemClock,
  connections = 32,
  userAgent = 'codelab-operator',
}: Settings = {}) {
  let config = load()
  let loadedAt = clock.now()
  let readAt = -Infinity
  let current: Open | undefined
  let reading: Promise<Open> | undefined
  const pools = new Set<Pool>()
  let closed = false

  /** Connections of credentials that are gone end with what is under way on them. */
  const retire = (open: Open) => {
    for (const pool of Object.values(open.pools))
      void pool.close().then(
        () => pools.delete(pool),
        () => pools.delete(pool),
      )
  }

  const read = async (): Promise<Open> => {
    const access = await accessOf(config)
    if (closed) throw new Error('the connection to the API server is closed')
    const same =
      current?.access.origin === access.origin && isDeepStrictEqual(current.access.tls, access.tls)
    const before = current
    current = { access, pools: same ? current!.pools : poolsFor(access, connections) }
    for (const pool of Object.values(current.pools)) pools.add(pool)
    if (before && !same) retire(before)
    readAt = clock.now()
    return current
  }

  const open = (): Promise<Open> => {
    if (current && clock.now() - readAt < accessForMs) return Promise.resolve(current)
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  /** Reads the configuration anew, unless that was done a moment ago; says whether it was. */
  const reload = (): boolean => {
    if (clock.now() - loadedAt < reloadPauseMs) return false
    config = load()
    loadedAt = clock.now()
    readAt = -Infinity
    return true
  }

  const dispatch = async ({ lane, method, path, headers, body, signal, guard }: RawRequest) => {
    const { access, pools: lanes } = await open()
    const pool = guard ? lanes[lane].compose(lastCheck(guard)) : lanes[lane]
    return pool.request({
      method,
      path: access.prefix + path,
      headers: { 'user-agent': userAgent, ...access.headers, ...headers },
      body: body ?? null,
      signal,
    })
  }

  return {
    /** The namespace of the configuration: of the pod, in a cluster. */
    namespace: (): string | undefined =>
      config.getContextObject(config.getCurrentContext())?.namespace,
    /** Sends once, and once more with credentials read anew when they are refused. Rejects as undici does. */
    async send(request: RawRequest): Promise<Dispatcher.ResponseData> {
      const answer = await dispatch(request)
      if (answer.statusCode !== 401 || !reload()) return answer
      await answer.body.dump()
      return dispatch(request)
    },
    /** Ends every connection at once, watches included. */
    async close(): Promise<void> {
      closed = true
      await Promise.all(Array.from(pools, (pool) => pool.destroy()))
    },
  }
}
