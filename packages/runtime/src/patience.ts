import type pg from 'pg'
import type { Log } from './log.ts'
import { waitForDatabase } from './postgres.ts'
import { UnavailableError } from './task.ts'

/** Waits for the database for so many seconds at most; past them an `UnavailableError` with the database's last word, which holds neither user's password nor address as it was given. */
export async function databaseWithin(pool: pg.Pool, log: Log, seconds: number): Promise<void> {
  try {
    await waitForDatabase(pool, log, AbortSignal.timeout(seconds * 1000))
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new UnavailableError(`the database cannot be used: ${message}`, { cause })
  }
}
