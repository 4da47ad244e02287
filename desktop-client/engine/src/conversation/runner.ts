import { alwaysAsks, type Guarded, wordingOfGuarded } from '@codelab/contracts/always-ask'
import { runsInAgent } from '@codelab/contracts/runs-in-agent'
import { maxResultBytes } from '@codelab/contracts/tools'
import type { ServerFrame } from '@codelab/contracts/frames'
import type { Log } from '@codelab/runtime/log'
import type { Posting } from '../gateway/outbox.ts'
import { claimPosting, resultPosting } from '../gateway/postings.ts'
import { digestOf } from './canonical.ts'
import type { Shown } from './shown.ts'

export type Outcome =
  | { readonly result: unknown }
  | { readonly error: { readonly code: string; readonly message: string } }

type Call = Extract<ServerFrame, { type: 'tool_call' }>

export type RunnerOptions = {
  readonly post: <Value>(posting: Posting<Value>) => Promise<Value>
  readonly execute: (
    tool: string,
    args: Readonly<Record<string, unknown>>,
    options: { signal: AbortSignal; callId: string },
  ) => Promise<Outcome>
  readonly journal: {
    begin(callId: string, tool: string, digest: string): Promise<'new' | 'done' | 'unknown'>
    finish(callId: string, outcome: Outcome): Promise<void>
    outcomeOf(callId: string): Outcome | undefined | Promise<Outcome | undefined>
  }
  readonly shown: Shown
  /** Why this machine does not run a call that the workspace has released; undefined when it does. */
  readonly refusal?: (
    callId: string,
    tool: string,
    args: Readonly<Record<string, unknown>>,
  ) => { readonly code: string; readonly message: string } | undefined
  readonly log: Log
}

export type Runner = {
  /** Takes note of a frame of the log. */
  note(frame: ServerFrame): void
  /** Everything before now has been noted: the calls that are still open may run. */
  start(): void
  /** Aborts what runs; nothing further starts. */
  stop(): void
}

const refused = (code: string, message: string): Outcome => ({ error: { code, message } })

const unknownOutcome = refused(
  'unknown_outcome',
  'The client stopped while this was running, so it may or may not have happened. It was not run again; look before you repeat it.',
)
const changedArguments = refused(
  'denied_by_policy',
  'The arguments are not the ones that the person approved. Nothing was run.',
)

const unseen = (guarded: Guarded) =>
  refused(
    'denied_by_policy',
    `${wordingOfGuarded(guarded)} It has to be given at the client where the project is open; nobody was asked there, so nothing was run.`,
  )

/** A result that the wire does not carry becomes an error that says so. */
function bounded(outcome: Outcome): Outcome {
  if ('error' in outcome) return outcome
  const result = outcome.result ?? null
  const bytes = Buffer.byteLength(JSON.stringify(result))
  if (bytes <= maxResultBytes) return { result }
  return refused(
    'result_too_large',
    `The result has ${bytes} bytes; at most ${maxResultBytes} can be sent. Ask for a part of it.`,
  )
}

/** Runs released tool calls, one after the other, each at most once on this machine: claimed from the server, then written to the journal, then done. */
export function createRunner(options: RunnerOptions): Runner {
  const { post, execute, journal, shown, log } = options
  const open = new Map<string, { readonly call: Call; readonly abort: AbortController }>()
  const queue: string[] = []
  let started = false
  let running = false

  const runOnce = async (call: Call, signal: AbortSignal): Promise<Outcome> => {
    const { call_id: callId, tool_name: tool, arguments: args } = call
    const refusal = options.refusal?.(callId, tool, args)
    if (refusal) return refused(refusal.code, refusal.message)
    const verdict = shown.verdictOn(callId, tool, args)
    if (verdict === 'changed') return changedArguments
    const guarded = verdict === 'unseen' ? alwaysAsks(tool, args) : undefined
    if (guarded) return unseen(guarded)
    const entry = await journal.begin(callId, tool, digestOf(tool, args))
    if (entry === 'done') return (await journal.outcomeOf(callId)) ?? unknownOutcome
    const outcome =
      entry === 'unknown' ? unknownOutcome : bounded(await execute(tool, args, { signal, callId }))
    await journal.finish(callId, outcome)
    return outcome
  }

  const handle = async (call: Call, signal: AbortSignal) => {
    const callId = call.call_id
    if ((await post(claimPosting(callId))) === 'gone' || !open.has(callId)) return
    const outcome = await runOnce(call, signal).catch((error: unknown) => {
      log.error({ err: error, call_id: callId, tool: call.tool_name }, 'tool call failed')
      return refused('failed', `${call.tool_name} could not be run: ${messageOf(error)}`)
    })
    if (!open.has(callId)) return
    const frame =
      'error' in outcome ? { error: outcome.error } : { result: outcome.result as never }
    await post(resultPosting({ type: 'tool_result', call_id: callId, ...frame }))
  }

  const pump = async () => {
    if (!started || running) return
    running = true
    for (let callId = queue.shift(); callId !== undefined; callId = queue.shift()) {
      const entry = open.get(callId)
      if (!entry) continue
      await handle(entry.call, entry.abort.signal).catch((error: unknown) =>
        log.error({ err: error, call_id: callId }, 'tool result was not accepted'),
      )
    }
    running = false
  }

  return {
    note: (frame) => {
      if (frame.type === 'tool_resolved') {
        open.get(frame.call_id)?.abort.abort()
        open.delete(frame.call_id)
      }
      if (
        frame.type === 'tool_call' &&
        !frame.requires_approval &&
        !runsInAgent(frame.tool_name) &&
        !open.has(frame.call_id)
      ) {
        open.set(frame.call_id, { call: frame, abort: new AbortController() })
        queue.push(frame.call_id)
        void pump()
      }
    },
    start: () => {
      started = true
      void pump()
    },
    stop: () => {
      started = false
      queue.length = 0
      for (const { abort } of open.values()) abort.abort()
      open.clear()
    },
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
