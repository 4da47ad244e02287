import type { JobInput } from '@codelab/contracts/jobs'
import { acceptMessage } from '../turn/accept-message.ts'
import type { StoredJob, Work } from '../turn/work.ts'
import { shareOfSteps, stepNote } from './task-turn.ts'
import { saveAndTell, takeAway } from './tell-job.ts'

/** Starts the turn of a running task, or its next step; behind another turn the task waits. From here on the turn has the job. */
export async function workOnTask(
  work: Work,
  jobId: string,
  { goal, model }: JobInput<'task'>,
): Promise<void> {
  // What a person asked for beforehand is not refused because they have been away.
  work.head.lastActivityAt = work.now
  const job = await work.jobs.byId(jobId)
  if (!job) return
  job.turnId ??= (await acceptMessage(work, { content: goal, model, jobId })).turn_id
  takeAway(job)
  if (work.head.jobId === jobId) await runStep(work, job)
  else wait(job)
  await saveAndTell(work, job)
}

async function runStep(work: Work, job: StoredJob): Promise<void> {
  job.state = 'running'
  job.progress = Math.max(job.progress, shareOfSteps(work))
  job.note = stepNote(work)
  work.queueStep(await work.turns.current())
}

function wait(job: StoredJob): void {
  job.state = 'waiting'
  job.note = 'Waits for the turn of this session that runs now.'
}
