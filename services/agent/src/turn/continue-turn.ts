import { wakeJob } from '../jobs/queue-job.ts'
import type { Work } from './work.ts'

/** Queues the turn's next step as soon as nothing of the last one is open any more; a task that waited takes its place among the running jobs first. */
export async function continueTurn(work: Work, turnId: string): Promise<void> {
  if (work.head.turnId !== turnId) return
  if (await work.calls.anyOpen({ turn: turnId })) return
  work.head.step += 1
  if (work.head.jobId !== null && (await wakeJob(work, work.head.jobId))) return
  work.queueStep()
}
