import type { LogFrame } from '@codelab/contracts/frames'
import type pg from 'pg'
import { framesOf } from '../../../services/agent/src/log/event-row.ts'
import { readEvents } from '../../../services/agent/src/store/read-events.ts'

/** A session's log as the database holds it. */
export async function readLog(pool: pg.Pool, session: string): Promise<LogFrame[]> {
  const rows = await readEvents(pool, session, 0, 1_000_000)
  return rows.flatMap((row) => framesOf(row, 0))
}
