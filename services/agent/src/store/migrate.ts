import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import { runMigrations } from 'bullmq'
import type pg from 'pg'
import type { Log } from '@codelab/runtime/log'
import { migrating } from '@codelab/runtime/migrating'
import { ormOver } from '@codelab/runtime/orm-over'
import { queueSchema } from '../jobs/queue-schema.ts'
import { Conversations } from './migrations/0001-conversations.ts'
import { Jobs } from './migrations/0002-jobs.ts'
import { ProjectIndex } from './migrations/0003-project-index.ts'
import { Compaction } from './migrations/0004-compaction.ts'

/** Any number that no other program of this database locks: "cdlb" in ASCII. */
const lockKey = 0x63646c62

/** Brings the tables up to date, the service's own and BullMQ's. */
export const migrate = (url: string, log: Log): Promise<void> =>
  migrating(
    { url, log, applicationName: 'codelab-agent-migrate', lockKey },
    async (pool, client) => {
      await migrateOwn(pool, log)
      await runMigrations(client, queueSchema)
    },
  )

async function migrateOwn(pool: pg.Pool, log: Log): Promise<void> {
  const orm = await MikroORM.init({
    ...ormOver(pool, log),
    discovery: { warnWhenNoEntities: false },
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
  try {
    await orm.migrator.up()
  } finally {
    await orm.close()
  }
}
