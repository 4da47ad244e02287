import { PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Log } from './log.ts'

/** What MikroORM needs to work over a pool: one bound on connections for all that a service does. Closing the ORM leaves the pool open. */
export const ormOver = (pool: pg.Pool, log: Log) => {
  const borrowed = {
    connect: () => pool.connect(),
    end: async () => undefined,
    options: pool.options,
  }
  return {
    // The pool decides where it connects; of another name the ORM would make a database.
    dbName: new pg.Client(pool.options).database ?? 'postgres',
    driverOptions: () => new PostgresDialect({ pool: borrowed }),
    logger: (message: string) => log.debug({ message }, 'orm'),
  }
}
