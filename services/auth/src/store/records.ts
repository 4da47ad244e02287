import type { Pool } from 'pg'

export type RecordRow = {
  payload: Record<string, unknown>
  /** Unix seconds, absent while the record may still be used. */
  consumed: number | undefined
}

export type NewRecord = {
  kind: string
  id: Buffer
  payload: Record<string, unknown>
  grantId: string | undefined
  accountId: string | undefined
  lookup: Buffer | undefined
  generation: number | undefined
  ttlSeconds: number
}

/** Simultaneous refreshes of several windows of one client all succeed within this time of the first. */
export const graceSeconds = 10

const columns = `r.payload, extract(epoch from r.consumed_at)::int as consumed_at`

/**
 * A used refresh token still counts as unused for the grace time, as long as no token that came of it has been used itself:
 * only the immediately preceding token has grace.
 */
const usedRefresh = `(r.consumed_at is not null and (
    r.consumed_at <= now() - make_interval(secs => ${graceSeconds})
    or exists (select 1 from oauth_record n where n.grant_id = r.grant_id and n.kind = 'RefreshToken'
               and n.generation > r.generation and n.consumed_at is not null)))`

const statements = {
  find: `select ${columns}, r.consumed_at is not null as used from oauth_record r
         where r.kind = $1 and r.id = $2 and r.expires_at > now()`,
  findRefresh: `select ${columns}, ${usedRefresh} as used from oauth_record r
                where r.kind = $1 and r.id = $2 and r.expires_at > now()`,
  findByLookup: `select ${columns}, r.consumed_at is not null as used from oauth_record r
                 where r.kind = $1 and r.lookup = $2 and r.expires_at > now()`,
  upsert: `insert into oauth_record (kind, id, payload, grant_id, account_id, lookup, generation, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
           on conflict (kind, id) do update set payload = excluded.payload, grant_id = excluded.grant_id,
             account_id = excluded.account_id, lookup = excluded.lookup, generation = excluded.generation,
             expires_at = excluded.expires_at`,
  consume: `update oauth_record set consumed_at = now() where kind = $1 and id = $2 and consumed_at is null`,
  destroy: `delete from oauth_record where kind = $1 and id = $2`,
  /** Locks in one order, so that two revocations of one family cannot block each other. */
  revokeGrant: `delete from oauth_record where (kind, id) in (
                  select kind, id from oauth_record where kind = $1 and grant_id = $2 order by kind, id for update)`,
} as const

type Found = { payload: Record<string, unknown>; consumed_at: number | null; used: boolean }

export type Records = ReturnType<typeof createRecords>

/** The rows behind oidc-provider, by prepared statements. */
export function createRecords(pool: Pick<Pool, 'query'>) {
  const run = <Row extends object>(name: keyof typeof statements, values: unknown[]) =>
    pool.query<Row>({ name: `auth_${name}`, text: statements[name], values })

  const first = async (
    name: 'find' | 'findRefresh' | 'findByLookup',
    kind: string,
    key: Buffer,
  ): Promise<RecordRow | undefined> => {
    const { rows } = await run<Found>(name, [kind, key])
    const [row] = rows
    return row && { payload: row.payload, consumed: row.used ? (row.consumed_at ?? 1) : undefined }
  }

  return {
    find: (kind: string, id: Buffer) =>
      first(kind === 'RefreshToken' ? 'findRefresh' : 'find', kind, id),
    findByLookup: (kind: string, lookup: Buffer) => first('findByLookup', kind, lookup),
    async save(record: NewRecord): Promise<void> {
      await run('upsert', [
        record.kind,
        record.id,
        record.payload,
        record.grantId,
        record.accountId,
        record.lookup,
        record.generation,
        record.ttlSeconds,
      ])
    },
    /** Marks the record used; false when it was already. */
    async consume(kind: string, id: Buffer): Promise<boolean> {
      const { rowCount } = await run('consume', [kind, id])
      return rowCount === 1
    },
    async destroy(kind: string, id: Buffer): Promise<void> {
      await run('destroy', [kind, id])
    },
    async revokeGrant(kind: string, grantId: string): Promise<void> {
      await run('revokeGrant', [kind, grantId])
    },
  }
}
