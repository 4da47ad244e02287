import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createPostgresBackend, Queue, Worker } from 'bullmq'
import { Config } from '@codelab/agent/config'
import { startJobs } from '@codelab/agent/start-jobs'
import { createShared } from '@codelab/agent/start-shared'
import { migrate } from '@codelab/agent/store/migrate'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { readSettings } from '@codelab/runtime/settings'
import { startPostgres } from '@codelab/standalone/stores/postgres'
import { startRedis } from '@codelab/standalone/stores/redis'

const connections = 20
const sessions = Array.from({ length: 100 }, () => randomUUID())
const people = ['ann', 'bob', 'cid', 'dan']
const bareQueue = 'bare'

export type JobsRig = Awaited<ReturnType<typeof openJobsRig>>

/** Our jobs and bare BullMQ jobs on one PostgreSQL server, in one process. */
export async function openJobsRig(folder: string, concurrency: number) {
  const log = createLog({ service: 'bench', level: 'fatal' })
  const [postgres, redis] = await Promise.all([
    startPostgres({ folder: join(folder, 'postgres'), password: 'bench', log }),
    startRedis({ folder: join(folder, 'redis'), password: 'bench', say: () => undefined, log }),
  ])
  const databaseUrl = await postgres.databaseUrl('agent')
  const config = readSettings(Config, {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    LLM_PROXY_URL: 'http://127.0.0.1:9',
    INTERNAL_SERVICE_TOKEN: 'bench',
    JOBS_CONCURRENCY: String(concurrency),
    LOG_LEVEL: 'fatal',
  })
  await migrate(databaseUrl, log)
  // One that queues and one that works, as two processes have them.
  const [api, worker] = await Promise.all([createShared(config), createShared(config)])
  for (const [at, sessionId] of sessions.entries()) {
    const userId = people[at % people.length]!
    await api.inSession({ sessionId, userId, create: true }, async () => undefined)
  }
  const connection = {
    connectionString: databaseUrl,
    schema: 'bullmq',
    max: connections,
    options: '-c synchronous_commit=off',
  }
  const synced = { ...connection, options: '' }
  const bare = new Queue(bareQueue, { connection: synced }, createPostgresBackend)
  let next = 0

  return {
    /** Queues one of ours, as `POST /jobs` does; resolves after the commit. */
    async queueOurs(): Promise<string> {
      next += 1
      const sessionId = sessions[next % sessions.length]!
      const asked = { session_id: sessionId, kind: 'embed_project' as const, input: {} }
      const job = await api.startAtOnce(asked, undefined)
      if (!job) throw new Error('the job was not stored')
      return job.id
    },
    async queueBare(): Promise<string> {
      const job = await bare.add('job', {}, { removeOnComplete: true })
      return job.id ?? ''
    },
    /** Runs ours that do nothing; `onRun` is told of each as it begins, here and there. */
    workOurs(onRun: (id: string) => void) {
      const result = { model: '', files: 0, chunks: 0, skipped: [] }
      return startJobs(
        config,
        { ...worker, metrics: createMetrics('bench') },
        {
          async embed_project(run) {
            onRun(run.id)
            return { state: 'succeeded', result }
          },
        },
      )
    },
    workBare(onRun: (id: string) => void) {
      const bareWorker = new Worker(
        bareQueue,
        async (job) => onRun(job.id ?? ''),
        { connection, concurrency, removeOnComplete: { count: 0 } },
        createPostgresBackend,
      )
      return { stop: () => bareWorker.close() }
    },
    async openJobs(): Promise<number> {
      const { rows } = await api.pool.query<{ count: string }>(
        'select count(*) from job where ended_at is null',
      )
      return Number(rows[0]?.count)
    },
    async bareJobs(): Promise<number> {
      const { rows } = await api.pool.query<{ count: string }>(
        'select count(*) from bullmq.job where queue = $1',
        [bareQueue],
      )
      return Number(rows[0]?.count)
    },
    async close() {
      await bare.close()
      await Promise.all([api.close(), worker.close()])
      await Promise.all([redis.stop(), postgres.stop()])
    },
  }
}
