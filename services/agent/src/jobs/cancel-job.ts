import { Failure } from '@codelab/runtime/failure'
import { cancelTurn } from '../turn/cancel-turn.ts'
import { dropTurn } from '../turn/drop-turn.ts'
import { endCall } from '../turn/resolve-call.ts'
import type { StoredJob, Work } from '../turn/work.ts'
import { endJob, hasEnded } from './end-job.ts'

/**
 * Stops a job and, when it is a run of a schedule, all of the schedule. Harmless when it has ended. Its worker is told, and can write
 * nothing any more. Throws `not_found` for a job that is not of this session.
 */
export async function cancelJob(work: Work, jobId: string, by?: string): Promise<StoredJob> {
  const job = await work.jobs.byId(jobId)
  if (!job) throw new Failure('not_found', { message: `There is no job ${jobId}.` })
  const open = job.scheduleId === null ? [job] : await work.jobs.openOf(job.scheduleId)
  for (const one of open) if (!hasEnded(one)) await stop(work, one, by)
  return (await work.jobs.byId(jobId)) ?? job
}

async function stop(work: Work, job: StoredJob, by: string | undefined): Promise<void> {
  const turn = job.turnId === null ? undefined : await work.turns.byId(job.turnId)
  // The end of the turn is the end of its job.
  if (turn && work.head.turnId === turn.id) return void (await cancelTurn(work, by))
  if (turn?.state === 'queued') return dropTurn(work, turn)
  await endJob(work, job, { state: 'cancelled' })
  const answer = { error: { code: 'cancelled', message: 'The user cancelled the job.' } }
  for (const call of await work.calls.openOf({ job: job.id })) {
    endCall(work, call, { outcome: 'cancelled', answer, by })
  }
  await work.calls.forgetAnswers(job.id)
}
