import { randomUUID } from 'node:crypto'
import { UniqueConstraintViolationException, type InferEntity } from '@mikro-orm/core'
import type { Pool } from 'pg'
import { Failure } from '@codelab/runtime/failure'
import type { AuditKind, User, UserWithPassword } from '../users/user.ts'
import { nameKey } from '../users/user-name.ts'
import { AuditEntity, UserEntity } from './entities.ts'
import type { Store } from './open-store.ts'

const asUser = (row: InferEntity<typeof UserEntity>): UserWithPassword => ({
  id: row.id,
  name: row.name,
  roles: row.roles,
  disabled: row.disabledAt !== null && row.disabledAt !== undefined,
  passwordHash: row.passwordHash,
})

const isUuid = (id: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)

type Row = {
  id: string
  name: string
  roles: string[]
  disabled: boolean
  password_hash: string
}

const columns = 'id, name, roles, disabled_at is not null as disabled, password_hash'
const statements = {
  userByName: `select ${columns} from auth_user where name_key = $1`,
  userById: `select ${columns} from auth_user where id = $1`,
} as const

export type Users = ReturnType<typeof createUsers>

/** The users table. Every change and its audit record are one transaction. */
export function createUsers({ store, pool }: { store: Store; pool: Pick<Pool, 'query'> }) {
  /** Every sign-in and many a refresh asks: by a prepared statement, past the entities. */
  const read = async (
    by: keyof typeof statements,
    value: string,
  ): Promise<UserWithPassword | undefined> => {
    const query = { name: `auth_${by}`, text: statements[by], values: [value] }
    const { rows } = await pool.query<Row>(query)
    const [row] = rows
    if (!row) return undefined
    const { password_hash: passwordHash, ...user } = row
    return { ...user, passwordHash }
  }

  type Change = Partial<
    Pick<InferEntity<typeof UserEntity>, 'disabledAt' | 'passwordHash' | 'passwordChangedAt'>
  >

  /** Changes a user and ends all that they are signed in with. */
  const change = (
    name: string,
    kind: AuditKind,
    fields: Change,
    endGrants: boolean,
  ): Promise<User> =>
    store.em().transactional(async (em) => {
      const user = await em.findOne(UserEntity, { nameKey: nameKey(name) })
      if (!user) throw new Failure('not_found', { message: `There is no user named ${name}.` })
      em.assign(user, fields)
      em.create(AuditEntity, { kind, outcome: 'ok', userName: user.name, subject: user.id })
      await em.flush()
      if (endGrants) await em.execute('delete from oauth_record where account_id = ?', [user.id])
      return asUser(user)
    })

  return {
    findByName: (key: string): Promise<UserWithPassword | undefined> => read('userByName', key),
    findById: async (id: string): Promise<User | undefined> => {
      if (!isUuid(id)) return undefined
      const user = await read('userById', id)
      if (!user) return undefined
      const { passwordHash: _, ...rest } = user
      return rest
    },
    async list(): Promise<User[]> {
      const rows = await store.em().find(UserEntity, {}, { orderBy: { nameKey: 'asc' } })
      return rows.map(asUser)
    },
    /** Throws `conflict` when the name is taken. */
    async add(user: { name: string; passwordHash: string; roles: string[] }): Promise<User> {
      try {
        return await store.em().transactional(async (em) => {
          const row = em.create(UserEntity, {
            id: randomUUID(),
            name: user.name,
            nameKey: nameKey(user.name),
            passwordHash: user.passwordHash,
            roles: user.roles,
            createdAt: new Date(),
            passwordChangedAt: new Date(),
          })
          em.create(AuditEntity, {
            kind: 'user_added',
            outcome: 'ok',
            userName: row.name,
            subject: row.id,
          })
          await em.flush()
          return asUser(row)
        })
      } catch (error) {
        if (!(error instanceof UniqueConstraintViolationException)) throw error
        throw new Failure('conflict', { message: `There is a user named ${user.name} already.` })
      }
    },
    disable: (name: string, at: Date) => change(name, 'user_disabled', { disabledAt: at }, true),
    enable: (name: string) => change(name, 'user_enabled', { disabledAt: null }, false),
    setPassword: (name: string, passwordHash: string, at: Date) =>
      change(name, 'password_changed', { passwordHash, passwordChangedAt: at }, true),
  }
}
