import type { JobKind } from '@codelab/contracts/jobs'
import { Failure } from '@codelab/runtime/failure'
import type { Log } from '@codelab/runtime/log'
import { runInScope } from '@codelab/runtime/scope'
import type { Tracing } from '@codelab/runtime/tracing'
import type { LeaseKeeper } from '../step/lease-keeper.ts'
import type { ClaimedJob } from '../store/claim-jobs.ts'
import type { SessionWork } from '../store/session-work.ts'
import type { JobChange } from '../store/write-jobs.ts'
import { Fenced } from '../turn/fenced.ts'
import { cleanJson, cleanText } from '../turn/text.ts'
import type { JobSettings } from '../turn/work.ts'
import { endJob } from './end-job.ts'
import { commitRun, inHeldJob, waitForReplies } from './held-job.ts'
import type { JobWriter } from './job-writer.ts'
import type { JobRun, JobRunner, JobRunners, RunEnd, ToolReply } from './kinds/job-run.ts'
import { createProgress } from './progress.ts'
import { mayPass, nextTryAt, retryNote } from './retry.ts'

/** A job that has cost its worker its life so often is given up. */
const mostLosses = 10

type Outcome = 'succeeded' | 'failed' | 'waiting' | 'handed_over' | 'again' | 'parked' | 'fenced'

type Parts = {
  runners: JobRunners
  inSession: SessionWork
  writer: JobWriter
  leases: LeaseKeeper
  readReplies: (jobId: string) => Promise<ToolReply[]>
  embed: (
    asked: { model: string; input: string[] },
    options: { userId: string; signal: AbortSignal },
  ) => Promise<{ model: string; vectors: number[][] }>
  /** An error of the database's as the failure that it means. */
  asFailure: (error: unknown) => unknown
  settings: JobSettings
  tracing: Tracing
  log: Log
  now: () => Date
  count: (kind: JobKind, outcome: Outcome) => void
}

/** Runs one claimed job until it ends, waits or fails, and writes what came of it. `stopping` parks it for another worker. */
export function createJobRunner(parts: Parts) {
  const { runners, leases, tracing, log, count } = parts

  const attempt = async (job: ClaimedJob, stopping: AbortSignal): Promise<Outcome> => {
    if (job.losses > mostLosses) return failJob(parts, job, lostTooOften)
    const runner = runners[job.kind] as JobRunner<JobKind> | undefined // by its own key
    if (!runner) return failJob(parts, job, unknownKind(job.kind))
    const lease = leases.hold(job.id, job.fence)
    const signal = AbortSignal.any([lease.signal, stopping])
    const progress = createProgress((value, note) =>
      parts.writer
        .put({ ...ofJob(job), state: 'running', progress: value, note: note ?? job.note })
        .then((written) => written || lease.lose()),
    )
    try {
      const end = await runner(
        await openRun(parts, job, signal, (value, note) => progress.report(value, note)),
      )
      progress.end()
      return await finish(parts, job, end)
    } catch (error) {
      progress.end()
      if (error instanceof Fenced || lease.signal.aborted) return 'fenced'
      if (stopping.aborted) return park(parts, job)
      return failed(parts, job, parts.asFailure(error))
    } finally {
      lease.release()
    }
  }

  return function runJob(job: ClaimedJob, stopping: AbortSignal): Promise<void> {
    return runInScope({ sessionId: job.sessionId }, () =>
      tracing.span('job', { job_id: job.id, kind: job.kind }, async (span) => {
        const outcome = await attempt(job, stopping)
        span.set({ outcome })
        count(job.kind, outcome)
        log.debug({ job_id: job.id, kind: job.kind, outcome }, 'a run of a job is over')
      }),
    )
  }
}

const ofJob = ({ id, sessionId, fence }: ClaimedJob) => ({ id, session_id: sessionId, fence })

async function openRun(
  { inSession, readReplies, embed }: Parts,
  job: ClaimedJob,
  signal: AbortSignal,
  progress: JobRun['progress'],
): Promise<JobRun> {
  const { id, sessionId, userId, attempts, checkpoint } = job
  return {
    id,
    sessionId,
    userId,
    input: job.input,
    attempt: attempts,
    progressSoFar: job.progress,
    checkpoint: checkpoint ?? undefined,
    // A first run has asked for nothing yet.
    replies: job.fence === 1 ? [] : await readReplies(id),
    signal,
    progress,
    commit: (commit) => commitRun(inSession, job, commit),
    inSession: (run) => inHeldJob(inSession, job, run),
    embed: (model, texts) => embed({ model, input: [...texts] }, { userId, signal }),
  }
}

const outcomeIf = (written: boolean, outcome: Outcome): Outcome => (written ? outcome : 'fenced')

async function finish(parts: Parts, job: ClaimedJob, end: RunEnd<JobKind>): Promise<Outcome> {
  switch (end.state) {
    case 'handed_over':
      return 'handed_over'
    case 'waiting':
      await waitForReplies(parts.inSession, job, end)
      return 'waiting'
    case 'succeeded': {
      const { usage = [] } = end
      const result = cleanJson(end.result)
      if (usage.length > 0) {
        await inHeldJob(parts.inSession, job, async (work, held) => {
          usage.forEach((used) => work.recordUsage(used))
          await endJob(work, held, { state: 'succeeded', result })
        })
        return 'succeeded'
      }
      const change: JobChange = {
        ...ofJob(job),
        state: 'succeeded',
        result,
      }
      return outcomeIf(await parts.writer.put(change), 'succeeded')
    }
  }
}

/** Gives the job back, to go on from its last checkpoint with another worker at once; no try is counted. */
async function park({ writer, now }: Parts, job: ClaimedJob): Promise<Outcome> {
  const due_at = now().toISOString()
  const note = 'The service restarts; the job goes on at once.'
  return outcomeIf(await writer.put({ ...ofJob(job), state: 'queued', due_at, note }), 'parked')
}

const unknownKind = (kind: string) => ({
  code: 'unavailable',
  message: `This workspace does not run jobs of the kind ${kind}.`,
})

const lostTooOften = {
  code: 'internal',
  message: 'This job was broken off again and again. Start it once more, or with a smaller input.',
}

async function failJob(
  { writer }: Parts,
  job: ClaimedJob,
  { code, message }: { code: string; message: string },
): Promise<Outcome> {
  const said = cleanText(message).slice(0, 1_000)
  const change: JobChange = {
    ...ofJob(job),
    state: 'failed',
    note: said,
    error_code: code,
    error_message: said,
  }
  return outcomeIf(await writer.put(change), 'failed')
}

/** A failure that may pass is tried again after a pause, as often as is set. */
async function failed(parts: Parts, job: ClaimedJob, error: unknown): Promise<Outcome> {
  const known = error instanceof Failure
  parts.log.warn({ err: error, job_id: job.id, kind: job.kind }, 'a job failed')
  const { code, message } = known ? error : unexpected
  const again = !known || mayPass(code) ? nextTryAt(job, parts.now(), parts.settings) : undefined
  if (!again) return failJob(parts, job, { code, message })
  const next = job.attempts + 1
  const change: JobChange = {
    ...ofJob(job),
    state: 'queued',
    attempts: next,
    due_at: again.toISOString(),
    note: cleanText(retryNote(next, parts.settings, message)).slice(0, 1_000),
  }
  return outcomeIf(await parts.writer.put(change), 'again')
}

const unexpected = {
  code: 'internal',
  message: 'Something went wrong in this job; the log of the agent has the reason.',
}
