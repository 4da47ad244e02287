import type { StoredJob, Work } from '../turn/work.ts'

/** The frame of a job as it is now. */
export function tellJob(work: Work, job: StoredJob): void {
  work.emit({
    type: 'job',
    job_id: job.id,
    kind: job.kind,
    state: job.state,
    progress: job.progress,
    ...(job.note !== null && { note: job.note }),
  })
}

/** Writes a changed job and tells it. */
export async function saveAndTell(work: Work, job: StoredJob): Promise<void> {
  await work.jobs.save(job)
  tellJob(work, job)
}

/** Whoever works on the job has lost it; from now on it is nobody's. */
export function takeAway(job: StoredJob): void {
  job.fence += 1
  job.owner = null
}
