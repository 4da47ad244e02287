import type { Log } from '@codelab/runtime/log'
import type { FramesBySession } from '../store/job-frames.ts'
import type { JobChange } from '../store/write-jobs.ts'

type Written = { written: ReadonlySet<string>; frames: FramesBySession }

export type JobWriter = ReturnType<typeof createJobWriter>

const againMs = 250

/**
 * Writes what a worker's runs say of their jobs: all that waits goes out in one statement, back to back. Of one job only the newest
 * is written. While the database is away it is tried again; a change that had been committed after all is then refused by its fence.
 */
export function createJobWriter({
  write,
  publish,
  log,
}: {
  write: (changes: readonly JobChange[]) => Promise<Written>
  publish: (frames: FramesBySession) => void
  log: Log
}) {
  type Waiting = { change: JobChange; told: ((written: boolean) => void)[] }
  let waiting = new Map<string, Waiting>()
  let busy = false
  let stopped = false

  const tell = (batch: Map<string, Waiting>, written: ReadonlySet<string>) => {
    for (const { change, told } of batch.values())
      for (const answer of told) answer(written.has(change.id))
  }
  const flush = async (batch: Map<string, Waiting>) => {
    const changes = [...batch.values()].map(({ change }) => change)
    for (;;) {
      try {
        const { written, frames } = await write(changes)
        publish(frames)
        return tell(batch, written)
      } catch (error) {
        log.warn({ err: error, jobs: changes.length }, 'changes of jobs cannot be written yet')
        if (stopped) return tell(batch, new Set())
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
    }
  }
  const drain = async () => {
    if (busy) return
    busy = true
    while (waiting.size > 0) {
      const batch = waiting
      waiting = new Map()
      await flush(batch)
    }
    busy = false
  }

  return {
    /** False when the job has another holder by now, or has ended: nothing was written. */
    put(change: JobChange): Promise<boolean> {
      return new Promise((resolve) => {
        const before = waiting.get(change.id)
        waiting.set(change.id, { change, told: [...(before?.told ?? []), resolve] })
        void drain()
      })
    },
    /** Tries no longer than once more. */
    stop: () => void (stopped = true),
  }
}
