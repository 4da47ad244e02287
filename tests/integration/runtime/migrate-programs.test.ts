import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createDatabase, withDatabase } from '../../support/stores.ts'

type Service = 'agent' | 'auth'
type Result = { code: number | null; error: string }

/** Runs a service's migration as a Job does. */
function migrate(service: Service, env: Record<string, string>): Promise<Result> {
  const program = join(import.meta.dirname, `../../../services/${service}/src/migrate.ts`)
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let error = ''
  child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, error })))
}

let database: Awaited<ReturnType<typeof createDatabase>>
beforeEach(async () => void (database = await createDatabase()))
afterEach(() => database.drop())

const firstUser = { FIRST_USER_NAME: 'admin', FIRST_USER_PASSWORD: 'a-long-Enough-1' }

test('both services migrate one database side by side, and again without a change', async () => {
  const env = { DATABASE_URL: database.url }
  const both = () => Promise.all([migrate('agent', env), migrate('auth', env)])
  expect((await both()).map(({ code }) => code)).toEqual([0, 0])
  const tables = () =>
    withDatabase(database.url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select table_schema || '.' || table_name as name from information_schema.tables
         where table_schema in ('public', 'bullmq') order by name`,
      )
      return rows.map(({ name }) => name)
    })
  const first = await tables()
  expect(first).toEqual(expect.arrayContaining(['public.session_head', 'public.auth_user']))
  expect((await both()).map(({ code }) => code)).toEqual([0, 0])
  expect(await tables()).toEqual(first)
})

test('an empty database gets the first user; one with users keeps them as they are', async () => {
  const users = () =>
    withDatabase(database.url, async (client) => {
      const { rows } = await client.query<{ name: string; password_hash: string; roles: string[] }>(
        'select name, password_hash, roles from auth_user',
      )
      return rows
    })
  const env = { DATABASE_URL: database.url }
  expect((await migrate('auth', env)).code).toBe(0)
  expect(await users()).toEqual([])
  const several = Array.from({ length: 2 }, () => migrate('auth', { ...env, ...firstUser }))
  expect((await Promise.all(several)).map(({ code }) => code)).toEqual([0, 0])
  const made = await users()
  expect(made).toMatchObject([{ name: 'admin', roles: ['admin'] }])
  await migrate('auth', { ...env, FIRST_USER_NAME: 'other', FIRST_USER_PASSWORD: 'Another-1-here' })
  expect(await users()).toEqual(made)
})

const services = ['agent', 'auth'] as const

test.each(services)(
  '%s takes the password beside the address, whatever is in it',
  async (service) => {
    const role = `role_${process.pid}_${service}`
    const password = `p@ss:w/o#r?d%'"`
    const admin = (sql: string) => withDatabase(database.url, (client) => client.query(sql))
    await admin(
      `create role ${role} login superuser password ${`'${password.replaceAll("'", "''")}'`}`,
    )
    try {
      const url = new URL(database.url)
      url.username = role
      url.password = ''
      const env = { DATABASE_URL: url.href, DATABASE_PATIENCE_S: '1' }
      expect(await migrate(service, { ...env, PGPASSWORD: password })).toMatchObject({ code: 0 })
      expect(await migrate(service, { ...env, PGPASSWORD: 'wrong' })).toMatchObject({ code: 69 })
    } finally {
      await admin(`reassign owned by ${role} to current_user`)
      await admin(`drop role ${role}`)
    }
  },
)

test.each(services)(
  '%s: a database that is not there ends it with 69 and one line that says why',
  async (service) => {
    const { code, error } = await migrate(service, {
      DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/none',
      DATABASE_PATIENCE_S: '1',
      LOG_LEVEL: 'silent',
    })
    expect(code).toBe(69)
    expect(error.trim().split('\n').at(-1)).toBe(
      `codelab ${service}-migrate: the database cannot be used: connect ECONNREFUSED 127.0.0.1:1`,
    )
    expect(error).not.toContain('hidden')
  },
)

test.each(services)('%s: a missing setting ends it with 78 and its name', async (service) => {
  const { code, error } = await migrate(service, {})
  expect(code).toBe(78)
  expect(error).toBe(`codelab ${service}-migrate: DATABASE_URL: is required\n`)
})
