import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { Failure } from '@codelab/runtime/failure'
import type { Metrics } from '@codelab/runtime/metrics'
import { readMaterial } from './compaction/read-material.ts'
import type { Config } from './config.ts'
import { startJobWorker } from './jobs/job-worker.ts'
import { createJobWriter } from './jobs/job-writer.ts'
import { createEmbedProject } from './jobs/kinds/embed-project.ts'
import type { JobRunners } from './jobs/kinds/job-run.ts'
import { createSummarizeSession } from './jobs/kinds/summarize-session.ts'
import { runTask } from './jobs/kinds/task.ts'
import { requeueLost } from './jobs/requeue-lost.ts'
import { createJobRunner } from './jobs/run-job.ts'
import { startSweeper } from './jobs/sweeper.ts'
import type { Shared } from './start-shared.ts'
import { createLeaseKeeper } from './step/lease-keeper.ts'
import { databaseFailure } from './store/database-failure.ts'
import { claimJobs } from './store/claim-jobs.ts'
import type { FramesBySession } from './store/job-frames.ts'
import { readLostJobs, renewJobLeases } from './store/job-leases.ts'
import { indexWork } from './store/index-work.ts'
import { countOpenJobs, readReplies } from './store/job-reads.ts'
import { queueNextRuns } from './store/next-runs.ts'
import { writeJobs } from './store/write-jobs.ts'

/** A worker that says nothing for so long has lost its jobs. */
const leaseMs = 5_000
const sweepMs = 1_000

/** The part of the role `worker` that runs long jobs. The answer stops it: those that run are parked at once. */
export function startJobs(
  config: Config,
  shared: Shared,
  kinds: JobRunners = kindsOf(config, shared),
): { stop(): Promise<void> } {
  const { pool, log, metrics, tracing, inSession, llm, newId, localWorker } = shared
  const owner = randomUUID()
  const limit = config.JOBS_CONCURRENCY
  const runs = metrics.counter('job_runs_total', 'Runs of jobs by what became of them.', [
    'kind',
    'outcome',
  ])
  const pickUp = metrics.histogram(
    'job_pickup_seconds',
    'From the instant when a job was due until a worker had it.',
    ['kind'],
  )
  openJobsGauges(metrics, pool)

  const publish = (frames: FramesBySession) => {
    for (const [sessionId, rows] of frames) shared.publish(sessionId, rows)
  }
  const writer = createJobWriter({ write: (changes) => writeJobs(pool, changes), publish, log })
  const leases = createLeaseKeeper({
    renew: (ids) => renewJobLeases(pool, ids, { owner, leaseMs }),
    log,
  })
  const run = createJobRunner({
    runners: kinds,
    inSession,
    writer,
    leases,
    readReplies: (jobId) => readReplies(pool, jobId),
    embed: (asked, options) => llm.embed(asked, options),
    asFailure: databaseFailure,
    settings: shared.settings.jobs,
    tracing,
    log,
    now: () => new Date(),
    count: (kind, outcome) => runs.inc({ kind, outcome }),
  })
  const worker = startJobWorker({
    databaseUrl: config.DATABASE_URL,
    concurrency: limit,
    async claim(room) {
      const claimed = await claimJobs(pool, { owner, leaseMs, limit, room }, (client, jobs) =>
        queueNextRuns(client, jobs, newId),
      )
      publish(claimed.frames)
      for (const { kind, waitedSeconds } of claimed.jobs) pickUp.observe({ kind }, waitedSeconds)
      return claimed
    },
    run,
    log,
  })
  localWorker.lookWith(() => worker.look())
  const sweep = async () => {
    for (const lost of await readLostJobs(pool)) {
      const { id, sessionId } = lost
      if (await inSession({ sessionId }, (work) => requeueLost(work, lost)))
        log.warn({ job_id: id }, 'a lost job was queued again')
    }
    worker.look()
  }
  const sweeper = startSweeper([{ name: 'jobs', everyMs: sweepMs, run: sweep }], log)
  return {
    async stop() {
      writer.stop()
      await Promise.all([sweeper.stop(), worker.close()])
      leases.stop()
    },
  }
}

/** The kinds of jobs that this workspace runs. */
function kindsOf(config: Config, { pool, llm, models }: Shared): JobRunners {
  return {
    task: runTask,
    embed_project: createEmbedProject({
      index: indexWork(pool),
      models,
      setting: config.EMBEDDING_MODEL,
      rules: config.APPROVAL_RULES,
    }),
    summarize_session: createSummarizeSession({
      complete: (request, options) => llm.complete(request, options),
      async defaultModel() {
        const list = config.DEFAULT_MODEL === undefined ? await models() : undefined
        const name = config.DEFAULT_MODEL ?? list?.default ?? list?.models[0]?.id
        if (name !== undefined) return name
        throw new Failure('unavailable', { message: 'This workspace has no models.' })
      },
      readAll: (sessionId, maxTokens) =>
        readMaterial(pool, { sessionId, after: 0, upTo: Number.MAX_SAFE_INTEGER, maxTokens }),
      maxTokens: config.CONTEXT_MAX_TOKENS,
    }),
  }
}

function openJobsGauges(metrics: Metrics, pool: pg.Pool): void {
  metrics.gauge('jobs_open', 'Jobs that have not ended.', ['kind', 'state'], async (gauge) => {
    const counts = await countOpenJobs(pool).catch(() => undefined)
    if (!counts) return
    gauge.reset()
    for (const { kind, state, count } of counts) gauge.set({ kind, state }, count)
  })
  metrics.gauge('job_queue_depth', 'Jobs that are due and wait for a place.', [], async (gauge) => {
    const counts = await countOpenJobs(pool).catch(() => undefined)
    if (counts) gauge.set(counts.reduce((sum, { due }) => sum + due, 0))
  })
}
