import pg from 'pg'
import type { Log } from './log.ts'

/** The mission's pool: 20 connections and an overflow of 10, checked before use. */
const defaultMax = 30
/** A connection that has been idle longer is asked before it is used: the server may have gone meanwhile. */
const checkAfterIdleMs = 10_000
const checkWithinMs = 5_000

/** pg gives the error of `query_timeout` no code. */
const isUnanswered = (error: unknown): boolean =>
  Error.isError(error) && error.message === 'Query read timeout'

/** A connection that leaves a query without an answer is ended: a rollback, or the next one to borrow it, would wait behind that query. */
class BoundedClient extends pg.Client {
  /** One signature for all of pg's, which take and give the same here. */
  override query(...asked: unknown[]): never {
    const answer: unknown = super.query(...(asked as [string]))
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isUnanswered(error)) void this.end()
      })
    }
    return answer as never
  }
}

/**
 * How long a connection to PostgreSQL waits. A server whose machine is gone says nothing, not even goodbye: the kernel would send to it for a
 * quarter of an hour. What was sent before is given up by keep-alives after 20 s, what was sent since with the query, after 30.
 */
export const bounds = {
  connectionTimeoutMillis: 5_000,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  query_timeout: 30_000,
  Client: BoundedClient,
} as const

type Settings = {
  readonly url: string
  readonly log: Log
  readonly max?: number
  readonly applicationName: string
  /** How long a statement may go without its answer; 0 for ever, which migrations need. */
  readonly answerWithinMs?: number
}

/** A pool whose idle connections are asked `SELECT 1` before use, so that a restarted server costs no request. */
class CheckedPool extends pg.Pool {
  readonly #idleSince = new WeakMap<pg.PoolClient, number>()
  readonly #check: pg.QueryConfig

  constructor(config: pg.PoolConfig) {
    super(config)
    const query_timeout = Math.min(checkWithinMs, config.query_timeout || Infinity)
    // A bound of a query's own is not in pg's types.
    this.#check = Object.assign({ text: 'SELECT 1' }, { query_timeout })
    this.on('release', (_error, client) => void this.#idleSince.set(client, performance.now()))
  }

  async #checkedConnect(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await super.connect()
      const since = this.#idleSince.get(client)
      if (since === undefined || performance.now() - since < checkAfterIdleMs) return client
      try {
        await client.query(this.#check)
        return client
      } catch {
        client.release(true)
      }
    }
  }

  override connect(): Promise<pg.PoolClient>
  override connect(
    callback: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      done: (release?: boolean | Error) => void,
    ) => void,
  ): void
  override connect(
    callback?: (
      error: Error | undefined,
      client: pg.PoolClient | undefined,
      done: (release?: boolean | Error) => void,
    ) => void,
  ): Promise<pg.PoolClient> | void {
    if (!callback) return this.#checkedConnect()
    // oxlint-disable promise/no-callback-in-promise -- `pool.query` of pg calls this form
    this.#checkedConnect().then(
      (client) => callback(undefined, client, (release) => client.release(release)),
      (error: Error) => callback(error, undefined, () => undefined),
    )
    // oxlint-enable promise/no-callback-in-promise
  }
}

/** The pool of one service: bounded, keep-alive, and quiet about connections that end while idle. */
export function createPool({
  url,
  log,
  max = defaultMax,
  applicationName,
  answerWithinMs = bounds.query_timeout,
}: Settings): pg.Pool {
  const pool = new CheckedPool({
    connectionString: url,
    max,
    application_name: applicationName,
    ...bounds,
    query_timeout: answerWithinMs,
    idleTimeoutMillis: 60_000,
  })
  // A pool that is being closed says goodbye without waiting for an answer: a server that stops right after is no news.
  pool.on('error', (error) => {
    if (!pool.ending) log.warn({ err: error }, 'an idle database connection ended')
  })
  // While a connection is lent out the pool does not listen: unheard, its end would be the end of the process.
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ err: error }, 'a database connection ended'))
  })
  return pool
}

/** Waits until the database answers, saying so once; ends early with the signal. */
export async function waitForDatabase(
  pool: pg.Pool,
  log: Log,
  signal?: AbortSignal,
): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await pool.query('SELECT 1')
      if (attempt > 0) log.info('the database answers')
      return
    } catch (error) {
      if (signal?.aborted) throw error
      if (attempt === 0) log.warn({ err: error }, 'waiting for the database')
      await new Promise((resolve) => setTimeout(resolve, Math.min(250 * 2 ** attempt, 3_000)))
    }
  }
}
