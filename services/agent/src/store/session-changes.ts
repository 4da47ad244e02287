import type pg from 'pg'
import { SessionHead } from './entities.ts'
import type { Orm } from './orm.ts'

/** Renames or archives a session; false when it is not there. */
export async function changeSession(
  orm: Orm,
  sessionId: string,
  change: { title?: string | null | undefined; archived?: boolean | undefined },
): Promise<boolean> {
  const fields = {
    ...(change.title !== undefined && { title: change.title }),
    ...(change.archived !== undefined && { archived: change.archived }),
  }
  const em = orm.em.fork()
  if (Object.keys(fields).length === 0) return (await em.count(SessionHead, { sessionId })) > 0
  return (await em.nativeUpdate(SessionHead, { sessionId }, fields)) > 0
}

const tables = [
  ...['event', 'message', 'compaction', 'turn', 'tool_call', 'remembered_approval', 'lease', 'job'],
  ...['project_index', 'indexed_file', 'indexed_chunk', 'index_candidate'],
]

/**
 * Deletes a session with all that was said in it, in one transaction; its running step finds itself fenced. Its id stays its
 * owner's, and tokens that were used stay counted.
 */
export async function deleteSession(pool: pg.Pool, sessionId: string): Promise<void> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    await client.query(
      `with gone as (delete from session_head where session_id = $1 returning session_id, user_id)
       insert into session_tombstone select session_id, user_id from gone on conflict do nothing`,
      [sessionId],
    )
    for (const table of tables) {
      await client.query(`delete from ${table} where session_id = $1`, [sessionId])
    }
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch((failed: Error) => (broken = failed))
    throw error
  } finally {
    client.release(broken)
  }
}
