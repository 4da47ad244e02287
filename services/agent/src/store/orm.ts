import { MikroORM } from '@mikro-orm/postgresql'
import type pg from 'pg'
import type { Log } from '@codelab/runtime/log'
import { ormOver } from '@codelab/runtime/orm-over'
import { entities } from './entities.ts'

export type Orm = MikroORM

/** The ORM over the service's own pool. */
export const createOrm = (pool: pg.Pool, log: Log): Promise<Orm> =>
  MikroORM.init({ ...ormOver(pool, log), entities })
