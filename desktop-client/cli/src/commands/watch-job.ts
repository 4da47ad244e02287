import type { ServerFrame } from '@codelab/contracts/frames'
import type { Job } from '@codelab/contracts/jobs'
import type { CallItem } from '@codelab/engine/conversation/state'
import { createRest } from '@codelab/engine/gateway/rest'
import { Failure } from '@codelab/runtime/failure'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { type Approve, decideBy } from '../talk/decide-by.ts'
import { describeCall } from '../talk/describe-call.ts'
import { barLine, hasEnded, jobLine, type JobNow } from '../talk/job-line.ts'
import { resultLines } from '../talk/job-result.ts'
import { openTalk, type Talk } from '../talk/talk.ts'
import { createScreen, type Screen } from '../terminal/screen.ts'
import { harmless, visibleLine } from '../terminal/visible.ts'

export type WatchOptions = {
  readonly server?: string
  readonly project?: string
  readonly here?: boolean
  readonly json?: boolean
  readonly approve: Approve
  /** Seconds. */
  readonly timeout?: number
}

const retryForMs = 120_000

/** What ends watching. */
type Stop =
  | { readonly why: 'ended' }
  | { readonly why: 'approval'; readonly call: CallItem }
  | { readonly why: 'interrupt' }
  | { readonly why: 'timeout' }

/** `codelab job watch`: shows how far a job is until it ends, and does its part: runs the tools of the session's folder, asks for approvals. */
export async function watchJob(
  context: Context,
  id: string,
  options: WatchOptions,
): Promise<ExitCode> {
  const { terminal, style, texts, interrupts } = context
  const account = await accountOf(context, options.server)
  const screen = createScreen(terminal, style, options.json)
  const rest = createRest(account, context.language)
  const stopped = Promise.withResolvers<Stop>()
  stopped.promise.catch(() => undefined)
  const interrupt = () => stopped.resolve({ why: 'interrupt' })
  const release = interrupts.take(interrupt)
  const timer =
    options.timeout && setTimeout(() => stopped.resolve({ why: 'timeout' }), options.timeout * 1000)
  let refused = false
  let talk: Talk | undefined
  try {
    const first = await rest.job(id)
    const show = createShow(context, screen, options.json === true)
    show(first)
    if (!hasEnded(first)) {
      talk = await openTalk(context, account, {
        ...options,
        session: first.session_id,
        screen,
        retryForMs,
        raw: (frame) => {
          if (options.json) terminal.out.write(`${JSON.stringify(frame)}\n`)
          if (!isOf(frame, id)) return
          show({ kind: first.kind, ...frame })
          if (hasEnded(frame)) stopped.resolve({ why: 'ended' })
        },
        decide: decideBy(context, {
          approve: options.approve,
          screen,
          canAsk: terminal.interactive && !options.json,
          onOpen: (call) => stopped.resolve({ why: 'approval', call }),
          onRefused: () => (refused = true),
          interrupt,
        }),
        onEnd: (end) =>
          stopped.reject(
            end === 'expired' ? new Failure('not_found', { message: texts.chat.expired }) : end,
          ),
      })
      if (!talk.session.executes) screen.remark(style.yellow(texts.chat.viewer))
      // It may have ended before this client heard of it.
      if (hasEnded(await rest.job(id))) stopped.resolve({ why: 'ended' })
    } else stopped.resolve({ why: 'ended' })
    const stop = await stopped.promise
    screen.progress(undefined)
    if (stop.why !== 'ended') return leave(context, screen, stop, { id, ...options })
    return conclude(context, screen, await rest.job(id), { refused, json: options.json === true })
  } finally {
    clearTimeout(timer)
    release()
    await talk?.close()
    await rest.close()
  }
}

type JobFrame = Extract<ServerFrame, { type: 'job' }>
const isOf = (frame: ServerFrame, id: string): frame is JobFrame =>
  frame.type === 'job' && frame.job_id === id

/** A bar where a person looks at a terminal, else a line for each change. */
function createShow({ terminal, texts }: Context, screen: Screen, json: boolean) {
  let before = ''
  return (job: JobNow) => {
    if (json) return
    if (terminal.rich) return screen.progress(hasEnded(job) ? undefined : barLine(job))
    const line = jobLine(texts, job)
    if (line !== before) screen.remark(line)
    before = line
  }
}

function conclude(
  context: Context,
  screen: Screen,
  job: Job,
  { refused, json }: { refused: boolean; json: boolean },
): ExitCode {
  const { terminal, texts, style } = context
  if (json) terminal.out.write(`${JSON.stringify(job)}\n`)
  if (job.state === 'succeeded') {
    const { answer, remarks } = resultLines(texts, job)
    if (!json) screen.write(`${harmless(answer)}\n`)
    for (const remark of remarks) screen.remark(style.dim(visibleLine(remark)))
    return refused ? exitCodes.approval : exitCodes.ok
  }
  screen.remark(style.red(jobLine(texts, { ...job, note: job.error?.message ?? job.note })))
  return job.state === 'cancelled' ? exitCodes.cancelled : exitCodes.failed
}

function leave(
  { texts, style }: Context,
  screen: Screen,
  stop: Exclude<Stop, { why: 'ended' }>,
  { id, timeout = 0 }: WatchOptions & { id: string },
): ExitCode {
  if (stop.why === 'approval') {
    const { tool, callId, arguments: args } = stop.call
    screen.remark(style.yellow(texts.approve.needed(describeCall(tool, args), callId)))
    return exitCodes.approval
  }
  screen.remark(style.yellow(texts.jobs.goesOn(id)))
  if (stop.why === 'interrupt') return exitCodes.cancelled
  screen.remark(style.red(texts.jobs.watchTimedOut(timeout)))
  return exitCodes.timedOut
}
