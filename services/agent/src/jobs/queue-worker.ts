import { setTimeout as pause } from 'node:timers/promises'
import { createPostgresBackend, type Job, Worker } from 'bullmq'
import type { Log } from '@codelab/runtime/log'
import { bounds } from '@codelab/runtime/postgres'
import { queueSchema } from './queue-schema.ts'

export type QueueWorker = {
  /** Takes no more calls, and waits for those that run. */
  close(): Promise<void>
}

type Settings = {
  queue: string
  databaseUrl: string
  /** Connections that it may have for its statements; it listens on one more. */
  connections: number
  applicationName: string
  /** Calls that run at once. */
  concurrency: number
  process: (job: Job) => Promise<void>
  log: Log
}

/** A lost database is asked again after so long. With BullMQ's own 15 s, what was queued in the meantime would wait on after its return. */
const retryMs = 500

/**
 * Takes the calls of one of BullMQ's queues in PostgreSQL. BullMQ keeps a first connection that failed for ever and asks it again
 * without a pause, which leaves the process no time for anything else: a worker runs only once it is connected, and is made anew
 * until then.
 */
export function startQueueWorker(settings: Settings): QueueWorker {
  const { queue, databaseUrl, connections, applicationName, concurrency, process, log } = settings
  const closing = new AbortController()
  let away = false
  const tell = (error: unknown) => {
    if (!away) log.warn({ err: error, queue }, 'the queue is away')
    away = true
  }
  const create = () => {
    const worker = new Worker(
      queue,
      process,
      {
        connection: {
          connectionString: databaseUrl,
          schema: queueSchema,
          max: connections,
          application_name: applicationName,
          ...bounds,
          // What a claim or a completion loses in a crash of the server is done again; nothing that a client saw depends on it.
          options: '-c synchronous_commit=off',
        },
        autorun: false,
        concurrency,
        runRetryDelay: retryMs,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        stalledInterval: 15_000,
        // A call that was lost is made again by the sweeps, long before.
        maxStalledCount: 0,
      },
      createPostgresBackend,
    )
    worker.on('error', tell)
    worker.on('active', () => (away = false))
    worker.on('failed', (job, error) =>
      log.error(
        { err: error, queue, job_id: job?.id },
        'a call of the queue failed; it is made again',
      ),
    )
    return worker
  }

  let worker = create()
  const run = async () => {
    for (;;) {
      try {
        await worker.waitUntilReady()
        away = false
        if (!closing.signal.aborted) await worker.run()
        return
      } catch (error) {
        if (closing.signal.aborted) return
        tell(error)
        await worker.close(true).catch(() => undefined)
        await pause(retryMs, undefined, { signal: closing.signal }).catch(() => undefined)
        if (closing.signal.aborted) return
        worker = create()
      }
    }
  }
  const running = run()
  return {
    async close() {
      closing.abort()
      await worker.close()
      await running
    },
  }
}
