import type { StoredJob, Work } from '../turn/work.ts'
import { endJob, hasEnded, type JobEnd } from './end-job.ts'
import { queueJob } from './queue-job.ts'
import { mayPass, nextTryAt, retryNote } from './retry.ts'
import { saveAndTell } from './tell-job.ts'

/** What a turn does to the task that it belongs to, in the turn's own transactions. */

const openTask = async (work: Work, jobId: string): Promise<StoredJob | undefined> => {
  const job = await work.jobs.byId(jobId)
  return job && !hasEnded(job) ? job : undefined
}

/** The share of the steps that the task may take; nobody knows how many it needs. */
export const shareOfSteps = ({ head, settings }: Work): number =>
  Math.min(head.step / settings.jobs.taskMaxSteps, 0.99)

/** Steps a turn may take. */
export const mostSteps = ({ head, settings }: Work): number =>
  head.jobId === null ? settings.maxSteps : settings.jobs.taskMaxSteps

/** The turn's step is over and nothing is due: its task waits for a person or a machine. */
export async function taskWaits(work: Work): Promise<void> {
  const { jobId, turnId } = work.head
  if (jobId === null || turnId === null) return
  const job = await openTask(work, jobId)
  if (job?.state !== 'running' && job?.state !== 'waiting') return
  const note = waitingFor(await work.calls.openOf({ turn: turnId }))
  if (job.state === 'waiting' && job.note === note) return
  if (job.state === 'running') await work.jobs.freePlace()
  job.state = 'waiting'
  job.progress = Math.max(job.progress, shareOfSteps(work))
  job.note = note
  await saveAndTell(work, job)
}

function waitingFor(open: readonly { state: string; tool: string }[]): string {
  const asked = open.filter(({ state }) => state === 'waiting_approval')
  const names = (calls: readonly { tool: string }[]) =>
    [...new Set(calls.map(({ tool }) => tool))].join(', ')
  return asked.length > 0
    ? `Waits for your approval: ${names(asked)}.`
    : `Waits for your machine: ${names(open)}.`
}

/** A task goes on with the next step of its turn without having waited. */
export async function taskStepped(work: Work): Promise<void> {
  if (work.head.jobId === null) return
  const job = await openTask(work, work.head.jobId)
  if (job?.state !== 'running') return
  job.progress = Math.max(job.progress, shareOfSteps(work))
  job.note = stepNote(work)
  await saveAndTell(work, job)
}

export const stepNote = ({ head, settings }: Work): string =>
  `Step ${head.step} of at most ${settings.jobs.taskMaxSteps}.`

/** Ends a task as its turn ended; nothing when it has ended already. */
export async function endTask(work: Work, jobId: string, end: JobEnd): Promise<void> {
  const job = await openTask(work, jobId)
  if (job) await endJob(work, job, end)
}

/**
 * Has a failed step of a task tried again after a pause: the same step of the same turn, so nothing that was shown or executed
 * happens twice. False when the failure will not pass, or the task has had its tries.
 */
export async function tryTaskAgain(
  work: Work,
  failure: { code: string; message: string },
): Promise<boolean> {
  if (work.head.jobId === null || !mayPass(failure.code)) return false
  const job = await openTask(work, work.head.jobId)
  const dueAt = job && nextTryAt(job, work.now, work.settings.jobs)
  if (!dueAt) return false
  job.attempts += 1
  work.raiseFence()
  work.parkStep()
  const note = retryNote(job.attempts, work.settings.jobs, failure.message)
  await queueJob(work, job, { dueAt, note })
  await work.jobs.freePlace()
  return true
}
