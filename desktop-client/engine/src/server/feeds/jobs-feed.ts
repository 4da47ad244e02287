import type { Job } from '@codelab/contracts/jobs'
import type { Link } from '../account/link.ts'

const mostKnown = 500
const over = new Set<Job['state']>(['succeeded', 'failed', 'cancelled'])

export const isOver = ({ state }: Pick<Job, 'state'>): boolean => over.has(state)

/** The jobs of the server in use: what changes is told, and what has ended once more for a notification. */
export type JobsFeed = {
  refresh(): Promise<void>
  /** A job that was just read or changed. */
  take(job: Job): Job
  anyAlive(): boolean
}

export function createJobsFeed(parts: {
  readonly link: Link
  readonly onJob: (job: Job) => void
  readonly onEnded: (job: Job) => void
}): JobsFeed {
  const { link, onJob, onEnded } = parts
  const known = new Map<string, Job>()
  let first = true

  const take = (job: Job): Job => {
    const before = known.get(job.id)
    known.delete(job.id)
    known.set(job.id, job)
    const oldest = known.size > mostKnown ? known.keys().next().value : undefined
    if (oldest !== undefined) known.delete(oldest)
    if (JSON.stringify(before) === JSON.stringify(job)) return job
    onJob(job)
    if (before && !isOver(before) && isOver(job)) onEnded(job)
    return job
  }

  return {
    take,
    anyAlive: () => [...known.values()].some((job) => !isOver(job)),
    refresh: async () => {
      const { items } = await link.rest.jobs({ limit: 50 })
      // What was there before this engine began is no news.
      if (first) for (const job of items) known.set(job.id, job)
      else items.forEach(take)
      first = false
    },
  }
}
