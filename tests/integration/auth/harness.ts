import { request } from 'node:http'
import pg from 'pg'
import { readSettings } from '@codelab/runtime/settings'
import type { Running } from '@codelab/runtime/process'
import { AdminConfig } from '@codelab/auth/admin/settings'
import { withOperations } from '@codelab/auth/admin/open-operations'
import type { Operations } from '@codelab/auth/admin/operations'
import { Config } from '@codelab/auth/config'
import { start } from '@codelab/auth/start'
import { freePort } from '@codelab/standalone/stores/free-port'
import { createDatabase, redisDatabaseUrl } from '../../support/stores.ts'

export const clientId = 'codelab-desktop'
export const goodPassword = 'correct horse battery staple'
export const keyEncryptionKey = 'a'.repeat(64)

type Settings = Record<string, string>

export type Auth = {
  url: string
  issuer: string
  settings: Settings
  running: Running
  databaseUrl: string
  /** Another instance of the same workspace on a port of its own. */
  another(more?: Settings): Promise<Auth>
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>
  operate<Result>(work: (operations: Operations) => Promise<Result>): Promise<Result>
  metric(pattern: RegExp): Promise<number>
  stop(): Promise<void>
}

export async function query<Row extends object>(
  url: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

export function operate<Result>(
  settings: Settings,
  work: (operations: Operations) => Promise<Result>,
): Promise<Result> {
  return withOperations(readSettings(AdminConfig, { ...settings, LOG_LEVEL: 'silent' }), work)
}

/** The sum of all samples of the service's metrics whose line matches. */
async function metricOf(running: Running, pattern: RegExp): Promise<number> {
  const text = await (await fetch(`${running.adminUrl}/metrics`)).text()
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && pattern.test(line))
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}

async function startWith(settings: Settings): Promise<Auth> {
  const running = await start(readSettings(Config, settings))
  const databaseUrl = settings['DATABASE_URL']!
  return {
    url: running.url,
    issuer: settings['ISSUER']!,
    settings,
    running,
    databaseUrl,
    another: (more = {}) => startWith({ ...settings, AUTH_PORT: '0', ...more }),
    query: (sql, values) => query(databaseUrl, sql, values),
    operate: (work) => operate(settings, work),
    metric: (pattern) => metricOf(running, pattern),
    stop: () => running.stop(),
  }
}

export function settingsFor(port: number, databaseUrl: string): Settings {
  return {
    AUTH_HOST: '127.0.0.1',
    AUTH_PORT: String(port),
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisDatabaseUrl(),
    ISSUER: `http://127.0.0.1:${port}`,
    WORKSPACE: 'local/dev',
    KEY_ENCRYPTION_KEY: keyEncryptionKey,
    COOKIE_KEYS: 'c'.repeat(40),
    LOG_LEVEL: 'silent',
  }
}

/** A started service on a database of its own; `stop` drops the database too. */
export async function startAuth(more: Settings = {}): Promise<Auth> {
  const database = await createDatabase()
  const auth = await startWith({ ...settingsFor(await freePort(), database.url), ...more })
  return {
    ...auth,
    stop: async () => {
      await auth.stop()
      await database.drop()
    },
  }
}

/** A user under a name that no other test uses, since the throttles live in a Redis that they share. */
export async function addUser(
  auth: Auth,
  roles: string[] = [],
): Promise<{ name: string; id: string }> {
  const name = `user-${Math.random().toString(36).slice(2, 12)}`
  const user = await auth.operate((operations) =>
    operations.addUser({ name, password: goodPassword, roles }),
  )
  return { name, id: user.id }
}

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> }

export async function post(
  url: string,
  fields: Record<string, string> | string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof fields === 'string' ? fields : new URLSearchParams(fields),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

export const signIn = (
  auth: Pick<Auth, 'url'>,
  name: string,
  password = goodPassword,
  more: Record<string, string> = {},
): Promise<Answer> =>
  post(`${auth.url}/oauth/token`, {
    grant_type: 'password',
    client_id: clientId,
    username: name,
    password,
    ...more,
  })

export const refresh = (auth: Pick<Auth, 'url'>, token: unknown): Promise<Answer> =>
  post(`${auth.url}/oauth/token`, {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: String(token),
  })

/** Signs in from a chosen address of this machine. */
export function signInFrom(
  address: string,
  auth: Pick<Auth, 'url'>,
  name: string,
  password: string,
): Promise<number> {
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: clientId,
    username: name,
    password,
  }).toString()
  return new Promise((resolve, reject) => {
    request(
      `${auth.url}/oauth/token`,
      {
        method: 'POST',
        localAddress: address,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'content-length': body.length,
        },
      },
      (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end(body)
  })
}
