import type pg from 'pg'
import type { JobInput, JobKind, jobResults } from '@codelab/contracts/jobs'
import type { CallOutcome, UsageRecord, Work } from '../../turn/work.ts'
import type { z } from 'zod'

/** A tool that a job wants a person's machine to run: validated, judged and approved like a model's call. */
export type ToolAsk = {
  /** The job's own name of it, to find its reply by: unique among the asks of one run. */
  key: string
  tool: string
  arguments: Record<string, unknown>
}

/** What became of an ask. Refused ones (bad arguments, denied by policy) have an error and never reached a client. */
export type ToolReply = {
  key: string
  tool: string
  arguments: Record<string, unknown>
  outcome: CallOutcome
  result?: unknown
  error?: { code: string; message: string } | undefined
}

/** What one commit of a running job writes, all or nothing, and only while the job is still this worker's. */
export type JobCommit = {
  /** Replaces the stored one; absent: stays. Keep it small, it is read at every run. */
  checkpoint?: unknown
  /** 0 to 1; never goes back. */
  progress?: number
  note?: string
  /** Keys of replies that are dealt with: no later run sees them again. */
  used?: readonly string[]
  /** The kind's own tables, in the same transaction. */
  write?: (client: pg.PoolClient) => Promise<void>
}

/** How a run ends, unless it throws. */
export type RunEnd<Kind extends JobKind> =
  /** `usage`: tokens that it took, counted in the transaction that keeps the result, so that neither is there without the other. */
  | {
      state: 'succeeded'
      result: z.infer<(typeof jobResults)[Kind]>
      usage?: readonly UsageRecord[]
    }
  /**
   * Nothing waits in memory: the asks are opened in the transaction that ends the run, and the answer to the last of them queues the
   * next run, a second or a day later, on any worker. All replies of this run count as used. `checkpoint`: as in a commit.
   */
  | {
      state: 'waiting'
      asks: readonly ToolAsk[]
      note: string
      progress?: number
      checkpoint?: unknown
    }
  /** A transaction of the run itself (`inSession`) gave the job to others, who will end it or queue it again: a task's turn. */
  | { state: 'handed_over' }

/**
 * One run of a job by one worker. A job that waits has many runs; a run that was lost with its worker begins again from the last
 * checkpoint, with the replies that were not used yet, so whatever must not be done twice is committed together with its effect.
 */
export type JobRun<Kind extends JobKind = JobKind> = {
  readonly id: string
  readonly sessionId: string
  readonly userId: string
  readonly input: JobInput<Kind>
  /** 1 for the first try; more after failures. */
  readonly attempt: number
  readonly progressSoFar: number
  /** As committed last; undefined in the first run. */
  readonly checkpoint: unknown
  /** Replies to what the last run asked for, those used excepted, in the order of the asks. */
  readonly replies: readonly ToolReply[]
  /** Aborted when the job was cancelled, lost its lease, or the service stops: give it to everything that takes one. */
  readonly signal: AbortSignal
  /** Tells people how far it is. Not awaited and not kept: what comes quickly one after the other is told once. */
  progress(progress: number, note?: string): void
  /** Throws `Fenced` when the job is no longer this worker's; let it through. */
  commit(commit: JobCommit): Promise<void>
  /** One transaction on the job's session, under the job's fence. */
  inSession<Result>(run: (work: Work) => Promise<Result>): Promise<Result>
  /** Vectors of texts, in their order; `model` as llm-proxy served it. */
  embed(model: string, texts: readonly string[]): Promise<{ model: string; vectors: number[][] }>
}

/**
 * A kind of job. What it throws decides: a `Failure` that may pass (`unavailable`, `rate_limited`, `upstream_failed`,
 * `upstream_timeout`) and any error that is no `Failure` is tried again with back-off; every other `Failure` ends the job at once,
 * with its code and message shown to the person.
 */
export type JobRunner<Kind extends JobKind> = (run: JobRun<Kind>) => Promise<RunEnd<Kind>>

/** The runners by kind; a kind that is missing fails with a plain word. */
export type JobRunners = { readonly [Kind in JobKind]?: JobRunner<Kind> }
