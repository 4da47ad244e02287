import { execFile } from 'node:child_process'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Log } from '@codelab/runtime/log'
import { StartError } from '@codelab/runtime/process'
import { superviseChild } from './child.ts'
import { freePort } from './free-port.ts'
import { endOrphan } from './orphan.ts'
import { postgresPrograms, type PostgresPrograms } from './postgres-programs.ts'
import { unprivileged, type Unprivileged } from './unprivileged.ts'

const run = promisify(execFile)
const user = 'codelab'

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

async function initialise(initdb: string, folder: string, password: string, as: Unprivileged) {
  const passwordFile = join(folder, 'initial-password')
  const data = join(folder, 'data')
  const unfinished = join(folder, 'data.new')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (as.owner) {
    await chown(unfinished, as.owner.uid, as.owner.gid)
    await chown(passwordFile, as.owner.uid, as.owner.gid)
  }
  const options = [
    '-D',
    unfinished,
    '-U',
    user,
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ]
  const { command, args } = as.wrap(initdb, options)
  try {
    await run(command, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    })
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new StartError(
      `PostgreSQL could not be set up in ${folder}: ${stderr.trim().split('\n').at(-1) || String(error)}`,
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
  // Only a whole cluster gets the name that later starts look for.
  await rename(unfinished, data)
}

/** One query on a connection of its own. */
async function query(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await client.query(sql)
  } finally {
    await client.end()
  }
}

export type Postgres = {
  /** The address of one of our databases, created at its first use. */
  databaseUrl(name: string): Promise<string>
  stop(): Promise<void>
}

type Wanted = { readonly folder: string; readonly password: string; readonly log: Log }

/** An embedded PostgreSQL below `folder`, on a free port of 127.0.0.1. */
export async function startPostgres(wanted: Wanted): Promise<Postgres> {
  await mkdir(wanted.folder, { recursive: true, mode: 0o700 })
  const as = await unprivileged()
  const programs = await postgresPrograms(as)
  try {
    return await serve(wanted, as, programs)
  } catch (error) {
    await programs.release()
    throw error
  }
}

async function serve(
  { folder, password, log }: Wanted,
  as: Unprivileged,
  programs: PostgresPrograms,
): Promise<Postgres> {
  const data = join(folder, 'data')
  if (!(await exists(data))) await initialise(programs.initdb, folder, password, as)
  else if (!(await readFile(join(data, 'PG_VERSION'), 'utf8').catch(() => '')))
    throw new StartError(
      `${data} is no PostgreSQL data folder any more: mend it, or give --data another folder`,
    )
  await endOrphan(join(data, 'postmaster.pid'), 'postgres', 'SIGINT')

  const port = await freePort()
  const urlOf = (database: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    shared_buffers: '64MB',
    jit: 'off',
    logging_collector: 'off',
    wal_level: 'minimal',
    max_wal_senders: 0,
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = await superviseChild({
    name: 'PostgreSQL',
    ...as.wrap(programs.postgres, ['-D', data, ...options]),
    cwd: folder,
    stopSignal: 'SIGINT',
    ready: () =>
      query(urlOf('postgres'), 'SELECT 1').then(
        () => true,
        () => false,
      ),
    log,
  })

  return {
    async databaseUrl(name) {
      const { rowCount } = await query(
        urlOf('postgres'),
        `SELECT 1 FROM pg_database WHERE datname = '${name}'`,
      )
      if (!rowCount) await query(urlOf('postgres'), `CREATE DATABASE ${name}`)
      return urlOf(name)
    },
    async stop() {
      await child.stop()
      await programs.release()
    },
  }
}
