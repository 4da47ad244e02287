import type { StoredJob, Work } from '../turn/work.ts'
import { saveAndTell, takeAway } from './tell-job.ts'

/** Queues a job, to be taken by some worker once it is due. */
export async function queueJob(
  work: Work,
  job: StoredJob,
  { dueAt = work.now, note }: { dueAt?: Date; note?: string } = {},
): Promise<void> {
  takeAway(job)
  job.state = 'queued'
  job.dueAt = dueAt
  if (note !== undefined) job.note = note
  await saveAndTell(work, job)
  await work.jobs.call(job)
}

/** What the job waited for is there: queues its next run. False when it does not wait. */
export async function wakeJob(work: Work, jobId: string): Promise<boolean> {
  const job = await work.jobs.byId(jobId)
  if (job?.state !== 'waiting') return false
  await queueJob(work, job)
  return true
}
