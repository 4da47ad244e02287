import type { Pool, PoolClient } from 'pg'
import type { JWK } from 'jose'
import type { KeyStore } from '../keys/key-ring.ts'
import { makeSigningKey } from '../keys/make-key.ts'
import type { SigningKey } from '../keys/ring.ts'
import type { Seal } from '../keys/seal.ts'

/** One number for all who add signing keys. */
const rotationLock = 7_203_002

type Row = { kid: string; sealed: Buffer; created_at: Date; activates_at: Date; now: Date }

async function inTransaction<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>) {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => undefined)
    throw error
  } finally {
    client.release()
  }
}

/** Signing keys in the database, their private parts sealed. */
export function createKeyStore({ pool, seal }: { pool: Pool; seal: Seal }): KeyStore {
  const opened = (row: Row): SigningKey => ({
    kid: row.kid,
    createdAt: row.created_at,
    activatesAt: row.activates_at,
    jwk: JSON.parse(seal.open(row.sealed, row.kid)) as JWK,
  })

  return {
    async load() {
      const { rows } = await pool.query<Row>(
        'select kid, sealed, created_at, activates_at, now() as now from signing_key order by activates_at',
      )
      return { keys: rows.map(opened), now: rows[0]?.now ?? new Date(0) }
    },

    add: ({ leadSeconds, olderThanSeconds }) =>
      inTransaction(pool, async (client) => {
        const wanted = async () => {
          const { rows } = await client.query<{ count: string; waiting: boolean; young: boolean }>(
            `select count(*) as count,
                    coalesce(bool_or(activates_at > now()), false) as waiting,
                    coalesce(bool_or(created_at > now() - make_interval(secs => $1)), false) as young
             from signing_key`,
            [olderThanSeconds],
          )
          const [state] = rows
          return { first: state?.count === '0', needed: !state?.waiting && !state?.young }
        }
        if (!(await wanted()).needed) return false
        await client.query('select pg_advisory_xact_lock($1)', [rotationLock])
        const { first, needed } = await wanted()
        if (!needed) return false
        const { kid, jwk } = await makeSigningKey()
        await client.query(
          `insert into signing_key (kid, sealed, created_at, activates_at)
           values ($1, $2, clock_timestamp(), clock_timestamp() + make_interval(secs => $3))`,
          [kid, seal.close(JSON.stringify(jwk), kid), first ? 0 : leadSeconds],
        )
        return true
      }),

    async remove(kids) {
      await pool.query('delete from signing_key where kid = any($1)', [kids])
    },
  }
}
