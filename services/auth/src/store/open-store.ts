import { Migrator } from '@mikro-orm/migrations'
import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import { entities } from './entities.ts'
import { FirstMigration } from './migrations/20261125-first.ts'

/** One number for all who migrate this service's tables. */
const migrationLock = 7_203_001

export type Store = { em(): SqlEntityManager; close(): Promise<void> }

/** The entities over a small pool of their own; hot statements go to the service's pool directly. */
export async function openStore(
  url: string,
): Promise<Store & { migrate(pool: Pool): Promise<number> }> {
  const orm = await MikroORM.init({
    clientUrl: url,
    entities,
    extensions: [Migrator],
    pool: { min: 0, max: 5 },
    discovery: { warnWhenNoEntities: false },
    migrations: {
      tableName: 'auth_migration',
      migrationsList: [FirstMigration],
      snapshot: false,
      silent: true,
    },
  })
  return {
    em: () => orm.em.fork(),
    /** Brings the tables up to date; instances that start together wait for each other. Answers how many migrations ran. */
    async migrate(pool) {
      const client = await pool.connect()
      try {
        await client.query('select pg_advisory_lock($1)', [migrationLock])
        const done = await orm.migrator.up()
        return done.length
      } finally {
        await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined)
        client.release()
      }
    },
    close: () => orm.close(true),
  }
}
