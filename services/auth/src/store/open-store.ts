import { MikroORM, type SqlEntityManager } from '@mikro-orm/postgresql'
import type { Pool } from 'pg'
import type { Log } from '@codelab/runtime/log'
import { ormOver } from '@codelab/runtime/orm-over'
import { entities } from './entities.ts'

export type Store = { em(): SqlEntityManager; close(): Promise<void> }

/** The entities over the service's pool; hot statements go past them. */
export async function openStore(pool: Pool, log: Log): Promise<Store> {
  const orm = await MikroORM.init({ ...ormOver(pool, log), entities })
  return { em: () => orm.em.fork(), close: () => orm.close(true) }
}
