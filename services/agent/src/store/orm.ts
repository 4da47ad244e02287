import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { Log } from '@codelab/runtime/log'
import { databaseNameOf } from '@codelab/runtime/postgres'
import { entities } from './entities.ts'
import { Conversations } from './migrations/0001-conversations.ts'
import { Jobs } from './migrations/0002-jobs.ts'
import { ProjectIndex } from './migrations/0003-project-index.ts'
import { Compaction } from './migrations/0004-compaction.ts'

export type Orm = MikroORM

/** The ORM over the service's own pool: one bound on connections for all that the service does. Closing it leaves the pool open. */
export async function createOrm(pool: pg.Pool, log: Log): Promise<Orm> {
  const borrowed = {
    connect: () => pool.connect(),
    end: async () => undefined,
    options: pool.options,
  }
  return MikroORM.init({
    // The pool decides where it connects; of another name the ORM would make a database.
    dbName: databaseNameOf(pool),
    driverOptions: () => new PostgresDialect({ pool: borrowed }),
    logger: (message) => log.debug({ message }, 'orm'),
    entities,
    extensions: [Migrator],
    migrations: {
      migrationsList: [
        { name: '0001-conversations', class: Conversations },
        { name: '0002-jobs', class: Jobs },
        { name: '0003-project-index', class: ProjectIndex },
        { name: '0004-compaction', class: Compaction },
      ],
      tableName: 'agent_migration',
      snapshot: false,
    },
  })
}
