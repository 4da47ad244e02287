import type { StoredJob, Work } from '../turn/work.ts'
import { saveAndTell, takeAway } from './tell-job.ts'

export type JobEnd =
  | { state: 'succeeded'; result: Record<string, unknown> }
  | { state: 'failed'; error: { code: string; message: string } }
  | { state: 'cancelled' }

export const hasEnded = ({ endedAt }: Pick<StoredJob, 'endedAt'>): boolean => endedAt !== null

/** Ends a job for good; no later write of its worker counts. */
export async function endJob(work: Work, job: StoredJob, end: JobEnd): Promise<void> {
  const held = job.state === 'running'
  takeAway(job)
  job.state = end.state
  job.endedAt = work.now
  job.checkpoint = null
  job.note = end.state === 'failed' ? end.error.message : null
  if (end.state === 'succeeded') {
    job.progress = 1
    job.result = end.result
  }
  if (end.state === 'failed') {
    job.errorCode = end.error.code
    job.errorMessage = end.error.message
  }
  await saveAndTell(work, job)
  if (held) await work.jobs.freePlace()
}
