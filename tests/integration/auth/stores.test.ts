import pg from 'pg'
import { freePort } from '@codelab/standalone/stores/free-port'
import { readSettings } from '@codelab/runtime/settings'
import { Config } from '@codelab/auth/config'
import { openStore } from '@codelab/auth/store/open-store'
import { migrate } from '@codelab/auth/store/migrate'
import { sweep, startSweeping } from '@codelab/auth/store/sweep'
import { start } from '@codelab/auth/start'
import { silentLog as log } from '../../support/silent-log.ts'
import { createDatabase } from '../../support/stores.ts'
import { until } from '../../support/until.ts'
import { addUser, clientId, query, refresh, settingsFor, signIn, startAuth } from './harness.ts'
import { createBrowser } from './browser.ts'
import { createLink } from './link.ts'

const authorizeUrl = (base: string) =>
  `${base}/oauth/authorize?${new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: 'http://127.0.0.1:4444/callback',
    scope: 'openid',
    code_challenge: 'c'.repeat(43),
    code_challenge_method: 'S256',
  }).toString()}`

test('migrations run once, also when several instances start together', async () => {
  const database = await createDatabase()
  try {
    const counts = await Promise.all(Array.from({ length: 4 }, () => migrate(database.url, log)))
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 0, 0, 1])
    expect(await query(database.url, 'select name from auth_migration')).toEqual([
      { name: '20261125-first' },
    ])
    expect(await migrate(database.url, log)).toBe(0)
  } finally {
    await database.drop()
  }
})

test('two whole instances start together on an empty database', async () => {
  const database = await createDatabase()
  const settings = { ...settingsFor(await freePort(), database.url), AUTH_PORT: '0' }
  const both = await Promise.all([1, 2].map(() => start(readSettings(Config, settings))))
  try {
    expect(await query(database.url, 'select 1 from signing_key')).toHaveLength(1)
  } finally {
    await Promise.all(both.map((one) => one.stop()))
    await database.drop()
  }
})

test('the entities are what the migrations made', async () => {
  const database = await createDatabase()
  await migrate(database.url, log)
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  const store = await openStore(pool, log)
  try {
    for (const meta of store.em().getMetadata().getAll().values()) {
      const rows = await query<{ column_name: string }>(
        database.url,
        'select column_name from information_schema.columns where table_name = $1',
        [meta.tableName],
      )
      const columns = meta.props.flatMap(({ fieldNames }) => fieldNames ?? [])
      expect(rows.map((row) => row.column_name).toSorted()).toEqual(columns.toSorted())
    }
  } finally {
    await store.close()
    await pool.end()
    await database.drop()
  }
})

describe('sweeping', () => {
  test('deletes what has expired and old audit records, and nothing else', async () => {
    const auth = await startAuth()
    const pool = new pg.Pool({ connectionString: auth.databaseUrl, max: 2 })
    try {
      const { name } = await addUser(auth)
      const [gone, kept] = [(await signIn(auth, name)).body, (await signIn(auth, name)).body]
      await auth.query(
        `update oauth_record set expires_at = now() - interval '1 second' where grant_id =
           (select grant_id from oauth_record where kind = 'RefreshToken' order by expires_at limit 1)`,
      )
      await auth.query(
        `insert into oauth_record (kind, id, payload, expires_at)
         select 'Session', decode(md5(n::text), 'hex'), '{}', now() - interval '1 day' from generate_series(1, 4500) n`,
      )
      await auth.query(
        `update audit set at = now() - interval '366 days' where kind = 'user_added'`,
      )
      const removed = await Promise.all([sweep(pool, 365), sweep(pool, 365)])
      expect(removed[0] + removed[1]).toBe(4_500 + 2 + 1)
      expect((await refresh(auth, gone['refresh_token'])).status).toBe(400)
      expect((await refresh(auth, kept['refresh_token'])).status).toBe(200)
      expect(await auth.query(`select 1 from audit where kind = 'user_added'`)).toEqual([])
      expect((await auth.query(`select 1 from audit where kind = 'sign_in'`)).length).toBe(2)
    } finally {
      await pool.end()
      await auth.stop()
    }
  })

  test('goes on by itself', async () => {
    const auth = await startAuth()
    const pool = new pg.Pool({ connectionString: auth.databaseUrl, max: 2 })
    const sweeping = startSweeping({ pool, log, auditDays: 1, everySeconds: 0.05 })
    try {
      await auth.query(
        `insert into oauth_record (kind, id, payload, expires_at) values ('Session', 'x', '{}', now() - interval '1 day')`,
      )
      await until(
        'the row to go',
        async () => (await auth.query('select 1 from oauth_record')).length === 0,
      )
    } finally {
      sweeping.stop()
      await pool.end()
      await auth.stop()
    }
  })
})

describe('while PostgreSQL is away', () => {
  test('requests are answered 503 in the OAuth form, pages say so, and all recovers by itself', async () => {
    const database = await createDatabase()
    const link = await createLink(database.url)
    const auth = await startAuth({ DATABASE_URL: link.url })
    try {
      const { name } = await addUser(auth)
      const tokens = (await signIn(auth, name)).body
      const browser = createBrowser()
      const page = await browser.open(authorizeUrl(auth.url))
      await link.cut()

      for (const answer of [
        await signIn(auth, name),
        await refresh(auth, tokens['refresh_token']),
      ]) {
        expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } })
        expect(JSON.stringify(answer.body)).not.toMatch(/ECONN|127\.0\.0\.1|postgres/)
      }
      const refused = await browser.submit(page, {
        username: name,
        password: 'x',
        action: 'sign-in',
      })
      expect(refused.status).toBe(503)
      expect(refused.text).toContain('Something went wrong here. Try again in a moment.')
      const { adminUrl } = auth.running
      expect((await fetch(`${adminUrl}/readyz`)).status).toBe(200)
      expect((await fetch(`${adminUrl}/livez`)).status).toBe(200)
      expect((await fetch(`${auth.url}/.well-known/jwks.json`)).status).toBe(200)

      await link.mend()
      await until('sign-in to work again', async () => (await signIn(auth, name)).status === 200)
      expect((await refresh(auth, tokens['refresh_token'])).status).toBe(200)
    } finally {
      await auth.stop()
      await link.cut()
      await database.drop()
    }
  })

  test('connections that the server ends cost at most the requests on them', async () => {
    const auth = await startAuth()
    try {
      const { name } = await addUser(auth)
      const tokens = (await signIn(auth, name)).body
      await auth.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      )
      await until('sign-in to work', async () => (await signIn(auth, name)).status === 200)
      expect((await refresh(auth, tokens['refresh_token'])).status).toBe(200)
    } finally {
      await auth.stop()
    }
  })

  test('the service waits for it at start, with its probes up', async () => {
    const database = await createDatabase()
    const link = await createLink(database.url, { cut: true })
    const adminPort = await freePort()
    const settings = { ...settingsFor(await freePort(), link.url), ADMIN_PORT: String(adminPort) }
    const starting = start(readSettings(Config, settings))
    try {
      const probe = (path: string) =>
        fetch(`http://127.0.0.1:${adminPort}${path}`).then(
          ({ status }) => status,
          () => 0,
        )
      await until('liveness', async () => (await probe('/livez')) === 200)
      expect(await probe('/readyz')).toBe(503)
      await link.mend()
      const running = await starting
      expect(await probe('/readyz')).toBe(200)
      await running.stop()
    } finally {
      await link.cut()
      await database.drop()
    }
  })
})
