import { framesOfLog } from '../history.ts'
import type { Invariant } from './invariant.ts'

const ended = ['finished', 'cancelled', 'failed']

export const oneTurnRuns: Invariant = {
  says: 'At most one turn runs, and it is the one that the session names.',
  broken({ turns, head }) {
    const running = turns.filter(({ state }) => state === 'running').map(({ id }) => id)
    const named = head.turn_id === null ? [] : [head.turn_id]
    return running.join() === named.join()
      ? []
      : [`turns ${running.join() || 'none'} run, the session names ${named.join() || 'none'}`]
  },
}

export const turnsAreTold: Invariant = {
  says: 'In the log a turn starts once and ends once, as its row says, and the next starts only when it has ended.',
  broken({ log, turns }) {
    const told = framesOfLog(log).filter((frame) => frame.type === 'turn')
    const overlaps = told.flatMap(({ state, turn_id }, at) => {
      const before = told[at - 1]
      const fits =
        state === 'started'
          ? before === undefined || before.state !== 'started'
          : before?.state === 'started' && before.turn_id === turn_id
      return fits ? [] : [`turn ${turn_id} is ${state} after ${before?.state ?? 'nothing'}`]
    })
    const wrong = turns.flatMap(({ id, state }) => {
      const states = told.filter(({ turn_id }) => turn_id === id).map((frame) => frame.state)
      const wanted =
        state === 'running' ? ['started'] : ended.includes(state) ? ['started', state] : []
      return states.join() === wanted.join()
        ? []
        : [`turn ${id} is ${state}, told was: ${states.join() || 'nothing'}`]
    })
    return [...overlaps, ...wrong]
  },
}

export const nothingStands: Invariant = {
  says: 'A turn that has not ended has a step that is due, a call that is open, or a job that is queued or held and will go on with it; a message waits only behind such a turn.',
  broken({ turns, head, calls, jobs }) {
    const running = turns.find(({ state }) => state === 'running')
    const waiting = turns.filter(({ state }) => state === 'queued')
    const open = calls.some(({ turn_id, state }) => turn_id === running?.id && state !== 'resolved')
    const ofJob = jobs.some(
      ({ turn_id, state, owner }) =>
        turn_id === running?.id && (state === 'queued' || (state === 'running' && owner !== null)),
    )
    return [
      ...(running && head.step_due_at === null && !open && !ofJob
        ? [`turn ${running.id} waits for nothing`]
        : []),
      ...(!running && waiting.length > 0 ? [`${waiting.length} messages wait behind nothing`] : []),
      ...(!running && head.step_due_at !== null ? ['a step is due without a turn'] : []),
    ]
  },
}

export const stepsAreCalled: Invariant = {
  says: 'A queued call that counts exists only while its step is due, and there is one at most; a lease is held only of the session’s present number.',
  broken({ head, queued, leases }) {
    const counting = queued.filter(({ fence }) => fence === head.fence)
    return [
      ...(head.step_due_at === null && counting.length > 0
        ? [`${counting.length} calls are queued, and no step is due`]
        : []),
      ...(counting.length > 1 ? [`a step is called ${counting.length} times`] : []),
      ...leases
        .filter(({ live, fence }) => live && fence !== head.fence)
        .map(({ fence }) => `a lease of ${fence} lives, the session is at ${head.fence}`),
      ...(head.step_due_at === null && leases.some(({ live }) => live)
        ? ['a lease lives, and no step is due']
        : []),
    ]
  },
}

export const cancelledIsOver: Invariant = {
  says: 'Between a turn’s end and the next turn’s start nothing is said and no tool is called for a turn.',
  broken({ log, calls }) {
    let running = false
    const ofTurns = new Set(calls.filter(({ turn_id }) => turn_id !== null).map((c) => c.call_id))
    return framesOfLog(log).flatMap((frame) => {
      if (frame.type === 'turn') running = frame.state === 'started'
      const late =
        !running &&
        (frame.type === 'assistant_message' ||
          frame.type === 'message_discarded' ||
          (frame.type === 'tool_call' && ofTurns.has(frame.call_id)))
      return late ? [`${JSON.stringify(frame)} stands outside of every turn`] : []
    })
  },
}
