import { isDeepStrictEqual } from 'node:util'
import { instantOf } from '@codelab/contracts/ids'
import { secondsOf, type NewJob } from '@codelab/contracts/jobs'
import { Failure } from '@codelab/runtime/failure'
import { refuseExpired } from '../turn/expiry.ts'
import { cleanJson } from '../turn/text.ts'
import type { StoredJob, Work } from '../turn/work.ts'
import { tellJob } from './tell-job.ts'

/**
 * Stores a job and queues it. The same request twice is one job. Throws `conflict` when the id names another job or the session has
 * expired.
 */
export async function startJob(work: Work, asked: NewJob): Promise<StoredJob> {
  const { sessionId, userId } = work.head
  const job = newJob({ sessionId, userId, now: work.now, newId: () => work.newId() }, asked)
  const known = asked.id === undefined ? undefined : await work.jobs.byId(asked.id)
  if (known) return sameJob(known, job)
  refuseExpired(work)
  if (!(await work.jobs.insert(job))) throw taken(job.id)
  tellJob(work, job)
  work.head.lastActivityAt = work.now
  return job
}

type JobContext = { sessionId: string; userId: string; now: Date; newId: () => string }

/** A job as it is asked for, before it is stored. */
export function newJob(
  { sessionId, userId, now, newId }: JobContext,
  { id, kind, input, at, every }: NewJob,
): StoredJob {
  const startsAt = at === undefined ? null : instantOf(at)
  const jobId = id ?? newId()
  return {
    ...unbegun,
    id: jobId,
    sessionId,
    userId,
    kind,
    input: cleanJson(input),
    dueAt: startsAt !== null && startsAt > now ? startsAt : now,
    startsAt,
    everySeconds: every === undefined ? null : secondsOf(every),
    scheduleId: every === undefined ? null : jobId,
    createdAt: now,
  }
}

/** What every new job begins with. */
export const unbegun = {
  state: 'queued',
  progress: 0,
  note: null,
  result: null,
  errorCode: null,
  errorMessage: null,
  attempts: 0,
  losses: 0,
  fence: 0,
  owner: null,
  leaseUntil: null,
  turnId: null,
  checkpoint: null,
  startedAt: null,
  endedAt: null,
} as const satisfies Partial<StoredJob>

const taken = (id: string) =>
  new Failure('conflict', { message: `The id ${id} already names another job.`, field: 'id' })

const asAsked = ({ kind, input, startsAt, everySeconds }: StoredJob) => ({
  kind,
  input,
  startsAt,
  everySeconds,
})

function sameJob(known: StoredJob, asked: StoredJob): StoredJob {
  if (isDeepStrictEqual(asAsked(known), asAsked(asked))) return known
  throw taken(known.id)
}
