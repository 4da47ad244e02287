import { setTimeout as delay } from 'node:timers/promises'
import { isUnanswered } from '@codelab/runtime/call'
import type { Log } from '@codelab/runtime/log'
import { Failure } from '@codelab/runtime/failure'
import { runInScope } from '@codelab/runtime/scope'
import type { Span, Tracing } from '@codelab/runtime/tracing'
import type { CompletionRequest, Usage } from '@codelab/contracts/agent-llm'
import type { Readable } from 'node:stream'
import type { Compact } from '../compaction/compact.ts'
import type { StepJob } from '../jobs/step-job.ts'
import type { DeltaWriter } from '../log/delta-writer.ts'
import type { HeldStep } from '../store/leases.ts'
import type { SessionWork } from '../store/session-work.ts'
import { Fenced } from '../turn/fenced.ts'
import { finishStep, type StepAnswer } from '../turn/finish-step.ts'
import { answerStep, type AnswerCall } from './answer-own-calls.ts'
import { brokenOff, readCompletion, type Completion } from './completion.ts'
import { discardPartial, failStep, parkStep } from './give-up.ts'
import type { Lease, LeaseKeeper } from './lease-keeper.ts'
import type { Prepared, RequestBuilder } from './request.ts'

/**
 * A step whose holders failed or were lost so often is given up: it may be what they died of. A lost worker takes all its steps along,
 * and nobody knows which was to blame; of two workers, the next to be lost has half of the others again. So each further attempt halves
 * how many are given up for nothing.
 */
const mostAttempts = 10

type Parts = {
  inSession: SessionWork
  acquire: (job: StepJob) => Promise<HeldStep | undefined>
  requestFor: RequestBuilder
  compact: Compact
  complete: (
    request: CompletionRequest,
    options: { userId: string; signal: AbortSignal },
  ) => Promise<Readable>
  /** Runs a tool of the agent's own. */
  answerCall: AnswerCall
  writer: DeltaWriter
  leases: LeaseKeeper
  tracing: Tracing
  log: Log
  newId: () => string
  countTokens: (usage: Usage) => void
  count: (outcome: 'answered' | 'failed' | 'fenced' | 'parked' | 'stale', attempt: number) => void
}

type Try =
  | Completion
  | { kind: 'unbegun'; error: unknown }
  /** The connection to llm-proxy broke: neither it nor a vendor has failed, so another instance may be asked. */
  | { kind: 'severed'; error: Failure }
  | { kind: 'lost' }

/** Pauses before llm-proxy is asked again after a broken connection, as while it is rolled out. */
const pausesMs = [0, 250, 500, 1_000, 2_000]

/**
 * Runs one queued step: takes the lease, streams one completion into the log and ends the step in one transaction. Whatever has lost
 * its fence meanwhile writes nothing. `stopping` parks the step for another worker.
 */
export function createStepRunner(parts: Parts) {
  const { inSession, acquire, requestFor, leases, tracing, count } = parts

  const hold = async (
    step: HeldStep,
    stopping: AbortSignal,
    early: Prepared | undefined,
  ): Promise<Outcome> => {
    const lease = leases.hold(step.sessionId, step.fence)
    try {
      if (step.ownCalls.length > 0) return await runOwn(parts, step, { lease, stopping })
      if (step.attempt > 1) await discardPartial(inSession, step, 'The worker was lost.')
      if (step.attempt <= mostAttempts)
        return await runHeld(parts, step, { lease, stopping, early })
      parts.log.error(
        { attempts: step.attempt - 1 },
        'step given up: each of its holders failed or was lost',
      )
      await failStep(inSession, step, tooOften)
      return { kind: 'failed' }
    } catch (error) {
      if (error instanceof Fenced || lease.signal.aborted) return { kind: 'fenced' }
      throw error
    } finally {
      lease.release()
    }
  }

  return async function runStep(job: StepJob, stopping: AbortSignal): Promise<void> {
    const [step, early] = await Promise.all([acquire(job), earlyRequest(requestFor, job)])
    if (!step) return count('stale', 0)
    const attributes = { session_id: step.sessionId, message_length: step.messageLength }
    await runInScope({ sessionId: step.sessionId }, () =>
      tracing.span(
        'process_message',
        attributes,
        async (span) => {
          const outcome = await tracing.span('step', { step: step.step }, () =>
            hold(step, stopping, early),
          )
          if (outcome.kind === 'answered') span.set({ response_length: outcome.length })
          count(outcome.kind, step.attempt)
        },
        { parent: job.traceparent, kind: 'consumer' },
      ),
    )
  }
}

const tooOften = {
  code: 'internal',
  message: 'This step failed again and again. Try again, or ask in another way.',
} as const

type Outcome = { kind: 'answered'; length: number } | { kind: 'failed' | 'fenced' | 'parked' }

type Held = { lease: Lease; stopping: AbortSignal; early: Prepared | undefined }

/** The calls that the agent answers itself come before the next completion. */
async function runOwn(
  parts: Parts,
  step: HeldStep,
  { lease, stopping }: Pick<Held, 'lease' | 'stopping'>,
): Promise<Outcome> {
  const signal = AbortSignal.any([lease.signal, stopping])
  const giveUp = step.attempt > mostAttempts
  if (await answerStep(parts, step, { signal, giveUp })) return { kind: 'answered', length: 0 }
  if (lease.signal.aborted) return { kind: 'fenced' }
  await parkStep(parts.inSession, step)
  return { kind: 'parked' }
}

/**
 * Reads the context while the step is still being taken: all that was committed before the step was queued is there. What goes wrong
 * here is found again when the request is really needed.
 */
async function earlyRequest(
  requestFor: RequestBuilder,
  { session_id, message_id, model }: StepJob,
): Promise<Prepared | undefined> {
  if (message_id === undefined || model === undefined) return undefined
  return requestFor({ sessionId: session_id, turnMessageId: message_id, model }).catch(
    () => undefined,
  )
}

async function runHeld(
  parts: Parts,
  step: HeldStep,
  { lease, stopping, early }: Held,
): Promise<Outcome> {
  const signal = AbortSignal.any([lease.signal, stopping])
  const pauses = pausesMs.values()
  let known = await prepare(parts, step, { early, signal })
  let mayBreak = true
  for (;;) {
    const messageId = parts.newId()
    const tried = await tryOnce(parts, step, { messageId, lease, signal, early: known })
    known = undefined
    if (tried.kind === 'answer') {
      return finish(parts, step, { ...tried, messageId })
    }
    if (lease.signal.aborted || tried.kind === 'lost') return { kind: 'fenced' }
    if (stopping.aborted) {
      await parkStep(parts.inSession, step)
      return { kind: 'parked' }
    }
    if (tried.kind === 'severed') {
      const { value: pauseMs } = pauses.next()
      if (pauseMs !== undefined) {
        await discardPartial(parts.inSession, step, brokenOff.message)
        await delay(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
        continue
      }
    }
    if (tried.kind === 'broken' && tried.retryable && mayBreak) {
      mayBreak = false
      await discardPartial(parts.inSession, step, tried.message)
      continue
    }
    const error = tried.kind === 'broken' ? brokenFailure(tried) : tried.error
    if (!(error instanceof Failure)) throw error
    parts.log.warn({ code: error.code, err: error.cause }, 'completion failed')
    await failStep(parts.inSession, step, error, { begun: tried.kind === 'broken' })
    return { kind: 'failed' }
  }
}

/**
 * Reads the context, and once in a step summarises what no longer fits. What fails here is found again when the request is needed; so is
 * a request after a summary, and the one of a step that another worker held, who may have changed what was read early.
 */
async function prepare(
  { requestFor, compact }: Parts,
  step: HeldStep,
  { early, signal }: { early: Prepared | undefined; signal: AbortSignal },
): Promise<Prepared | undefined> {
  const read = () => requestFor({ ...step, turnMessageId: step.messageId }).catch(() => undefined)
  const prepared = step.attempt === 1 && early ? early : await read()
  if (!prepared?.due) return prepared
  const { model } = prepared.request
  return (await compact(step, prepared.due, { model, signal })) ? undefined : prepared
}

const brokenFailure = ({ message }: { message: string }) =>
  new Failure('upstream_failed', { message })

async function finish(parts: Parts, step: HeldStep, answer: StepAnswer): Promise<Outcome> {
  const target = { sessionId: step.sessionId, fence: step.fence }
  await parts.inSession(target, (work) => finishStep(work, answer))
  if (answer.usage) parts.countTokens(answer.usage)
  return { kind: 'answered', length: answer.content.length }
}

function failureOnly(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
}

type Attempt = {
  messageId: string
  lease: Lease
  signal: AbortSignal
  early: Prepared | undefined
}

/** One completion, its text committed as it comes. */
async function tryOnce(
  { requestFor, complete, writer, tracing, newId, log }: Parts,
  step: HeldStep,
  { messageId, lease, signal, early }: Attempt,
): Promise<Try> {
  const { sessionId, fence, userId } = step
  const prepared =
    early ?? (await requestFor({ ...step, turnMessageId: step.messageId }).catch(failureOnly))
  if (prepared instanceof Failure) return { kind: 'unbegun', error: prepared }
  const { request } = prepared
  const deltas = writer.open({ sessionId, fence, messageId, onRefused: lease.lose })
  const read = async (span: Span): Promise<Try> => {
    let body: Readable
    try {
      body = await complete({ ...request, user: userId }, { userId, signal })
    } catch (error) {
      return isUnanswered(error) ? { kind: 'severed', error } : { kind: 'unbegun', error }
    }
    try {
      const completion = await readCompletion(body, { onPiece: deltas.push, newId })
      if (completion.kind === 'answer') {
        span.set({ served_by: completion.model, provider: completion.provider })
      }
      return completion
    } catch (error) {
      body.destroy()
      if (!signal.aborted) log.warn({ err: error }, 'the answer of llm-proxy broke off')
      return { kind: 'severed', error: brokenFailure(brokenOff) }
    }
  }
  try {
    const attributes = { model: request.model, messages: request.messages.length }
    const tried = await tracing.span('completion', attributes, read, { kind: 'client' })
    return (await deltas.drained()) ? tried : { kind: 'lost' }
  } finally {
    deltas.close()
  }
}
