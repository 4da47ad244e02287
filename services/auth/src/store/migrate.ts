import { Migrator } from '@mikro-orm/migrations'
import { MikroORM } from '@mikro-orm/postgresql'
import type { Log } from '@codelab/runtime/log'
import { migrating } from '@codelab/runtime/migrating'
import { ormOver } from '@codelab/runtime/orm-over'
import { FirstMigration } from './migrations/20261125-first.ts'

/** Any number that no other program of this database locks. */
const lockKey = 7_203_001

/** Brings the tables up to date; answers how many migrations ran. */
export const migrate = (url: string, log: Log): Promise<number> =>
  migrating({ url, log, applicationName: 'codelab-auth-migrate', lockKey }, async (pool) => {
    const orm = await MikroORM.init({
      ...ormOver(pool, log),
      discovery: { warnWhenNoEntities: false },
      extensions: [Migrator],
      migrations: {
        tableName: 'auth_migration',
        migrationsList: [FirstMigration],
        snapshot: false,
      },
    })
    try {
      return (await orm.migrator.up()).length
    } finally {
      await orm.close()
    }
  })
