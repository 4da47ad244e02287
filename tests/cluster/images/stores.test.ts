import { chmod, chown, mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { postgresFor } from '@codelab/operator/workspace/children/postgres'
import { redisFor } from '@codelab/operator/workspace/children/redis'
import type { Workload } from '@codelab/operator/workspace/child'
import { freePorts } from '@codelab/standalone/stores/free-port'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { Container } from '../../support/image/container.ts'
import { type Images, openImages } from '../../support/image/images.ts'
import { allWell, settings, workspaceWith } from '../../support/operator/workspaces.ts'
import { until } from '../../support/until.ts'
import { usesExistingCluster } from '../harness/existing-cluster.ts'

/** Somebody's own cluster runs the images that they loaded into it. */
const whenOurs = usesExistingCluster() ? describe.skip : describe

let images: Images

/** The command and the plain variables that the operator gives a store's container. */
function containerOf(build: typeof postgresFor): {
  command: string[]
  env: Record<string, string>
} {
  const workspace = workspaceWith()
  const { spec } = build(workspace, allWell(workspace), settings) as Workload & {
    spec: {
      template: {
        spec: { containers: { command: string[]; env: { name: string; value?: string }[] }[] }
      }
    }
  }
  const { command, env } = spec.template.spec.containers[0]!
  return { command, env: Object.fromEntries(env.map(({ name, value = '' }) => [name, value])) }
}

/** Folders that a pod would mount, of the stores' user. */
async function folders(...paths: string[]): Promise<Record<string, string>> {
  const mounts: Record<string, string> = {}
  for (const path of paths) {
    const made = await mkdtemp(join(images.folder, 'mount-'))
    await chown(made, 999, 999)
    mounts[path] = made
  }
  return mounts
}

async function setPassword(mounts: Record<string, string>, password: string): Promise<void> {
  const file = join(mounts['/run/secrets/codelab']!, 'password')
  await writeFile(file, password)
  await chown(file, 0, 999)
  await chmod(file, 0o440)
}

whenOurs('the images of the stores, run as the operator runs them', () => {
  beforeAll(async () => void (images = await openImages()), 1_200_000)
  afterEach(() => images.stopAll())
  afterAll(() => images.close())

  describe('postgres', () => {
    const { command, env } = containerOf(postgresFor)
    let mounts: Record<string, string>
    let port: number
    beforeEach(async () => {
      mounts = await folders(
        '/var/lib/postgresql',
        '/var/run/postgresql',
        '/tmp',
        '/run/secrets/codelab',
      )
      port = (await freePorts(1))[0]!
    })
    const run = async (more: Record<string, string> = {}) =>
      images.start('postgres', {
        command,
        env: { ...env, PGPORT: String(port), ...more },
        mounts,
      })
    const connect = async (password: string) => {
      const client = new pg.Client({
        ...{ host: '127.0.0.1', port, user: env['POSTGRES_USER']!, database: env['POSTGRES_DB']! },
        password,
      })
      await client.connect()
      return client
    }
    const listens = (container: Container) =>
      until(
        () => `PostgreSQL to listen; it said: ${container.said()}`,
        () => container.said().includes('ready to accept connections'),
        60_000,
      )

    test('makes its database once, keeps it, and takes the password that its Secret has at each start', async () => {
      const first = `it's "the" $first\\ one`
      await setPassword(mounts, first)
      const one = await run()
      await listens(one)
      const client = await connect(first)
      await client.query('CREATE TABLE kept AS SELECT 42 AS answer')
      expect(
        (await client.query<{ max_connections: string }>('SHOW max_connections')).rows,
      ).toEqual([{ max_connections: '300' }])
      await client.end()
      await expect(connect('another')).rejects.toThrow(/password authentication failed/)
      expect(await one.stop('SIGINT')).toBe(0)

      await setPassword(mounts, 'second')
      const two = await run()
      await listens(two)
      await expect(connect(first)).rejects.toThrow(/password authentication failed/)
      const again = await connect('second')
      expect((await again.query<{ answer: number }>('SELECT answer FROM kept')).rows).toEqual([
        { answer: 42 },
      ])
      await again.end()
    }, 120_000)

    test('what an interrupted start left is made again from the beginning', async () => {
      await setPassword(mounts, 'a password')
      const unfinished = join(mounts['/var/lib/postgresql']!, 'pgdata.unfinished')
      await mkdir(unfinished)
      await writeFile(join(unfinished, 'PG_VERSION'), '18\n')
      await chown(unfinished, 999, 999)
      await listens(await run())
      await (await connect('a password')).end()
      await expect(stat(unfinished)).rejects.toThrow('ENOENT')
    }, 60_000)

    test('says what is missing when there is no password', async () => {
      const container = await run({ POSTGRES_PASSWORD_FILE: '/run/secrets/codelab/absent' })
      expect(await container.whenEnded).toBe(1)
      expect(container.said()).toContain(
        'POSTGRES_PASSWORD_FILE: /run/secrets/codelab/absent cannot be read',
      )
    })

    test('does not run as root, and says so', async () => {
      const container = await images.start('postgres', { user: 0, env, mounts })
      expect(await container.whenEnded).toBe(1)
      expect(container.said()).toContain('PostgreSQL does not run as root')
    })
  })

  test('redis asks for the password of its Secret and keeps within its memory', async () => {
    const { command, env } = containerOf(redisFor)
    const mounts = await folders('/tmp', '/run/secrets/codelab')
    const password = 'pass "word" \\ 1'
    await setPassword(mounts, password)
    const [port] = await freePorts(1)
    const onPort = command.map((part) => part.replace('--port 6379', `--port ${port}`))
    const container = await images.start('redis', { command: onPort, env, mounts })
    await until(
      () => `Redis to listen; it said: ${container.said()}`,
      () => /ready to accept connections/i.test(container.said()),
      30_000,
    )
    const open = (given?: string) =>
      new Redis({
        host: '127.0.0.1',
        port: port!,
        retryStrategy: () => null,
        ...(given && { password: given }),
      })
    const stranger = open().on('error', () => undefined)
    await expect(stranger.ping()).rejects.toThrow(/NOAUTH/)
    stranger.disconnect()
    const redis = open(password)
    expect(await redis.ping()).toBe('PONG')
    expect(await redis.config('GET', 'maxmemory')).toEqual(['maxmemory', env['REDIS_MAXMEMORY']])
    await redis.quit()
    expect(await container.stop()).toBe(0)
  }, 60_000)
})
