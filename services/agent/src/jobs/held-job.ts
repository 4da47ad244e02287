import type pg from 'pg'
import type { SessionWork } from '../store/session-work.ts'
import { Fenced } from '../turn/fenced.ts'
import type { StoredJob, Work } from '../turn/work.ts'
import type { JobCommit, ToolAsk } from './kinds/job-run.ts'
import { openAsks } from './open-asks.ts'
import { queueJob } from './queue-job.ts'
import { saveAndTell, takeAway } from './tell-job.ts'

type Held = Pick<StoredJob, 'id' | 'sessionId' | 'fence'>

/** One transaction on the session of a job that this worker holds. Throws `Fenced` when it is no longer the worker's. */
export const inHeldJob = <Result>(
  inSession: SessionWork,
  held: Held,
  run: (work: Work, job: StoredJob, client: pg.PoolClient) => Promise<Result>,
): Promise<Result> =>
  inSession({ sessionId: held.sessionId }, async (work, client) => {
    const job = await work.jobs.byId(held.id)
    if (job?.state !== 'running' || job.fence !== held.fence) throw new Fenced()
    return run(work, job, client)
  })

function note(job: StoredJob, { progress, note: said, checkpoint }: JobCommit): boolean {
  const before = [job.progress, job.note]
  job.progress = Math.max(job.progress, progress ?? 0)
  if (said !== undefined) job.note = said
  if (checkpoint !== undefined) job.checkpoint = checkpoint
  return job.progress !== before[0] || job.note !== before[1]
}

/** Writes what a run has got done, all or nothing. */
export const commitRun = (inSession: SessionWork, held: Held, commit: JobCommit): Promise<void> =>
  inHeldJob(inSession, held, async (work, job, client) => {
    await commit.write?.(client)
    if (commit.used && commit.used.length > 0) await work.calls.forgetAnswers(job.id, commit.used)
    if (note(job, commit)) await saveAndTell(work, job)
    else await work.jobs.save(job)
  })

/** Ends a run that waits for people and machines: opens its asks; when nothing of them is open, the next run is queued at once. */
export const waitForReplies = (
  inSession: SessionWork,
  held: Held,
  end: JobCommit & { asks: readonly ToolAsk[] },
): Promise<void> =>
  inHeldJob(inSession, held, async (work, job) => {
    await work.calls.forgetAnswers(job.id)
    await openAsks(work, job, end.asks)
    note(job, end)
    if (!(await work.calls.anyOpen({ job: job.id }))) return queueJob(work, job)
    takeAway(job)
    job.state = 'waiting'
    await saveAndTell(work, job)
  })
