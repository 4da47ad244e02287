import type { Log } from '@codelab/runtime/log'
import type { ClaimedJob } from '../store/claim-jobs.ts'
import { jobQueue } from './queue-schema.ts'
import { startQueueWorker } from './queue-worker.ts'

export type JobWorker = {
  /** Takes what is due, as far as there is room. */
  look(): void
  /** Takes no more jobs; those that run are parked or finished. */
  close(): Promise<void>
}

type Settings = {
  databaseUrl: string
  /** Jobs that run at once here. */
  concurrency: number
  claim: (room: number) => Promise<{ jobs: readonly ClaimedJob[]; passedOver: boolean }>
  run: (job: ClaimedJob, stopping: AbortSignal) => Promise<void>
  log: Log
}

const shortlyMs = 10

/**
 * Takes long jobs. A call of BullMQ's queue says only that it is worth looking; which job is taken is decided in PostgreSQL at that
 * moment. Whoever ends a job looks again, so that what waits for a free place is found without a call.
 */
export function startJobWorker({ databaseUrl, concurrency, claim, run, log }: Settings): JobWorker {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()
  let looking: Promise<void> | undefined
  let again = false
  let away = false

  const start = (job: ClaimedJob) => {
    const one = run(job, stopping.signal)
      .catch((error: unknown) => log.error({ err: error, job_id: job.id }, 'a run of a job broke'))
      .finally(() => {
        running.delete(one)
        look()
      })
    running.add(one)
  }
  const takeSome = async () => {
    const room = concurrency - running.size
    if (room <= 0 || stopping.signal.aborted) return
    const { jobs, passedOver } = await claim(room)
    away = false
    for (const job of jobs) start(job)
    if (passedOver) setTimeout(look, shortlyMs)
  }
  const takeAll = async () => {
    while (again) {
      again = false
      await takeSome()
    }
  }
  const lookNow = (): Promise<void> => {
    again = true
    looking ??= takeAll().finally(() => (looking = undefined))
    return looking
  }
  function look(): void {
    lookNow().catch((error: unknown) => {
      if (!away) log.warn({ err: error }, 'jobs cannot be taken right now')
      away = true
    })
  }

  const worker = startQueueWorker({
    queue: jobQueue,
    databaseUrl,
    connections: 2,
    applicationName: 'codelab-agent-jobs',
    concurrency: 1,
    process: lookNow,
    log,
  })
  return {
    look,
    async close() {
      stopping.abort()
      await worker.close()
      await looking?.catch(() => undefined)
      await Promise.all(running)
    },
  }
}
