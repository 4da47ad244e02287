import type { Work } from '../turn/work.ts'
import { queueJob } from './queue-job.ts'

/** Queues a job again whose worker was lost, unless something has happened to it meanwhile. */
export async function requeueLost(
  work: Work,
  lost: { id: string; fence: number },
): Promise<boolean> {
  const job = await work.jobs.byId(lost.id)
  if (job?.state !== 'running' || job.fence !== lost.fence) return false
  job.losses += 1
  await queueJob(work, job, { note: 'Its worker was lost; the job goes on from where it was.' })
  return true
}
