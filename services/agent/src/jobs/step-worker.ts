import type { Log } from '@codelab/runtime/log'
import { stepQueue } from './queue-schema.ts'
import { startQueueWorker } from './queue-worker.ts'
import type { StepStarter } from './local-worker.ts'
import { StepJob } from './step-job.ts'

const failed = 'step failed; it is queued again'

export type StepWorker = StepStarter & {
  /** Takes no more steps. Those that run may go on for `finishMs`; those that have not ended by then are parked for another worker. */
  close(finishMs?: number): Promise<void>
}

type Settings = {
  databaseUrl: string
  concurrency: number
  run: (job: StepJob, stopping: AbortSignal) => Promise<void>
  log: Log
}

/**
 * Takes steps from BullMQ's PostgreSQL queue. A job is only a call to look: the session's fence decides whether it still counts,
 * so a job that comes twice, or too late, does nothing.
 */
export function startStepWorker({ databaseUrl, concurrency, run, log }: Settings): StepWorker {
  /** Parks the steps that run. */
  const parking = new AbortController()
  let closing = false
  const worker = startQueueWorker({
    queue: stepQueue,
    databaseUrl,
    connections: 4,
    applicationName: 'codelab-agent-queue',
    concurrency,
    process: async (job) => run(StepJob.parse(job.data), parking.signal),
    log,
  })
  const here = new Set<Promise<void>>()
  return {
    hasRoom: () => here.size < concurrency && !closing,
    start(job) {
      // The queue's own call finds another worker.
      if (closing) return
      const running = run(job, parking.signal)
        .catch((error: unknown) => log.error({ err: error }, failed))
        .finally(() => here.delete(running))
      here.add(running)
    },
    async close(finishMs = 0) {
      closing = true
      const patience = setTimeout(() => parking.abort(), finishMs)
      await Promise.all([worker.close(), ...here])
      clearTimeout(patience)
    },
  }
}
