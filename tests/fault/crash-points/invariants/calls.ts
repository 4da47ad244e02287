import { isDeepStrictEqual } from 'node:util'
import { framesOfLog } from '../history.ts'
import { repeated, type Invariant } from './invariant.ts'

export const callsAreAnnounced: Invariant = {
  says: 'A call was told to clients before anything else happened to it, and a call that asks is released before it is run.',
  broken({ log, calls }) {
    const frames = framesOfLog(log)
    return calls.flatMap(({ call_id, state, outcome }) => {
      const told = frames.filter((frame) => frame.type === 'tool_call' && frame.call_id === call_id)
      const end = frames.find(
        (frame) => frame.type === 'tool_resolved' && frame.call_id === call_id,
      )
      const released = told.find((frame) => frame.type === 'tool_call' && !frame.requires_approval)
      const ran = state === 'claimed' || outcome === 'executed' || outcome === 'failed'
      return [
        ...(told.length > 0 && (!end || told[0]!.seq < end.seq)
          ? []
          : [`call ${call_id} was not told before its end`]),
        ...(ran && !released ? [`call ${call_id} was run and never released`] : []),
        ...(told.length <= 2 ? [] : [`call ${call_id} was told ${told.length} times`]),
      ]
    })
  },
}

export const callsEndOnce: Invariant = {
  says: 'A call ends at most once, in the log as in its row.',
  broken({ log, calls }) {
    const ends = framesOfLog(log).filter((frame) => frame.type === 'tool_resolved')
    return [
      ...calls.flatMap(({ call_id, state, outcome }) => {
        const told = ends.filter((end) => end.call_id === call_id).map((end) => end.outcome)
        const wanted = state === 'resolved' ? [outcome] : []
        return told.join() === wanted.join()
          ? []
          : [`call ${call_id} is ${state} (${outcome}), told was: ${told.join() || 'nothing'}`]
      }),
      ...repeated(calls.map(({ call_id }) => call_id)).map((id) => `call ${id} has two rows`),
    ]
  },
}

export const acknowledgedResultsAreKept: Invariant = {
  says: 'An acknowledged result or rejection is what the call ended with, and the model’s context holds it.',
  broken({ ledger, calls, messages }) {
    const rejected = ledger.decisions.filter(({ decision }) => decision === 'reject')
    return [
      ...ledger.results.flatMap(({ callId, result }) => {
        const call = calls.find(({ call_id }) => call_id === callId)
        const answer = messages.find(({ role, call_id }) => role === 'tool' && call_id === callId)
        const kept = call?.outcome === 'executed' && answer?.content.includes(String(result))
        return kept ? [] : [`the result of ${callId} is lost: ${call?.outcome}, ${answer?.content}`]
      }),
      ...rejected.flatMap(({ callId }) => {
        const call = calls.find(({ call_id }) => call_id === callId)
        return call?.outcome === 'rejected'
          ? []
          : [`the rejection of ${callId} is lost: ${call?.outcome ?? call?.state}`]
      }),
    ]
  },
}

export const acknowledgedDecisionsAreKept: Invariant = {
  says: 'An acknowledged approval has released its call, with the arguments that the person left in it.',
  broken({ ledger, log, calls }) {
    const frames = framesOfLog(log)
    return ledger.decisions
      .filter(({ decision }) => decision !== 'reject')
      .flatMap(({ callId, decision, arguments: edited }) => {
        const released = frames.filter(
          (frame) =>
            frame.type === 'tool_call' && frame.call_id === callId && !frame.requires_approval,
        )
        const call = calls.find(({ call_id }) => call_id === callId)
        const kept =
          released.length === 1 &&
          (decision !== 'edit' || isDeepStrictEqual(call?.arguments, edited))
        return kept
          ? []
          : [`${decision} of ${callId}: released ${released.length} times, ${JSON.stringify(call)}`]
      })
  },
}

export const toolsRunOnce: Invariant = {
  says: 'A tool runs at most once on the client’s machine, with the arguments with which it was released.',
  broken: ({ ledger, log }) => [
    ...repeated(ledger.executions.map(({ callId }) => callId)).map((id) => `${id} ran twice`),
    ...ledger.executions.flatMap(({ callId, arguments: args }) => {
      const released = framesOfLog(log).find(
        (frame) =>
          frame.type === 'tool_call' && frame.call_id === callId && !frame.requires_approval,
      )
      return released?.type === 'tool_call' && isDeepStrictEqual(released.arguments, args)
        ? []
        : [`${callId} ran with ${JSON.stringify(args)}, released was ${JSON.stringify(released)}`]
    }),
  ],
}
