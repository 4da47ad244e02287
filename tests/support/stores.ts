import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** The address of a store that the test runner started; without it the suite cannot run, and says how it can. */
export function storeUrl(name: 'TEST_DATABASE_URL' | 'TEST_REDIS_URL'): string {
  const url = process.env[name]
  if (!url) throw new Error(`${name} is not set: run the suite with \`npm run e2e -- integration\``)
  return url
}

/**
 * The address of a Redis database that no test file beside has: tests that run in one worker do so one after the other. `at` is another
 * one of the worker's own.
 */
export function redisDatabaseUrl(at = 0): string {
  const url = new URL(storeUrl('TEST_REDIS_URL'))
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 1) * 2 + at}`
  return url.href
}

/** Runs `work` on a connection of its own. */
export async function withDatabase<Result>(
  url: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** A database of the test file's own on the real server; `drop` removes it with whoever is still connected. */
export async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const admin = storeUrl('TEST_DATABASE_URL')
  const name = `test_${randomBytes(8).toString('hex')}`
  const run = (sql: string) =>
    withDatabase(admin, (client) => client.query(sql).then(() => undefined))
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(admin)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}
