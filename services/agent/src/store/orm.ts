import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Log } from '@codelab/runtime/log'
import { entities } from './entities.ts'
import { Conversations } from './migrations/0001-conversations.ts'

export type Orm = MikroORM

/** The ORM over the service's own pool: one bound on connections for all that the service does. Closing it leaves the pool open. */
export async function createOrm(pool: pg.Pool, log: Log): Promise<Orm> {
  const borrowed = {
    connect: () => pool.connect(),
    end: async () => undefined,
    options: pool.options,
  }
  return MikroORM.init({
    // Only a name for the ORM: the pool decides where it connects.
    dbName: 'agent',
    driverOptions: () => new PostgresDialect({ pool: borrowed }),
    logger: (message) => log.debug({ message }, 'orm'),
    entities,
    extensions: [Migrator],
    migrations: {
      migrationsList: [{ name: '0001-conversations', class: Conversations }],
      tableName: 'agent_migration',
      snapshot: false,
    },
  })
}
