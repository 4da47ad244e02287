import { framesOfLog } from '../history.ts'
import { repeated, type Invariant } from './invariant.ts'

const over = new Set(['succeeded', 'failed', 'cancelled'])

export const jobsAreTold: Invariant = {
  says: 'A job is told from its queueing on, last in the state of its row, ends once at most, and its progress never goes back.',
  broken({ log, jobs }) {
    const frames = framesOfLog(log).filter((frame) => frame.type === 'job')
    return jobs.flatMap(({ id, state }) => {
      const told = frames.filter(({ job_id }) => job_id === id)
      const ends = told.filter((frame) => over.has(frame.state)).length
      const back = told.some(({ progress }, at) => progress < (told[at - 1]?.progress ?? 0))
      return [
        ...(told[0]?.state === 'queued' ? [] : [`job ${id} begins with ${told[0]?.state}`]),
        ...(told.at(-1)?.state === state
          ? []
          : [`job ${id} is ${state}, told was ${told.at(-1)?.state}`]),
        ...(ends === (over.has(state) ? 1 : 0) ? [] : [`job ${id} ends ${ends} times`]),
        ...(back ? [`the progress of job ${id} goes back`] : []),
      ]
    })
  },
}

export const acknowledgedJobsAreKept: Invariant = {
  says: 'An acknowledged job is stored once and in the end it is over; a task has one turn at most, and no two have the same.',
  broken({ ledger, jobs, turns, settled }) {
    const tasks = jobs.flatMap(({ turn_id }) => (turn_id === null ? [] : [turn_id]))
    return [
      ...ledger.jobs.flatMap(({ id }) => {
        const found = jobs.filter((job) => job.id === id)
        if (found.length !== 1) return [`job ${id} is stored ${found.length} times`]
        const { state } = found[0]!
        return settled && !over.has(state) ? [`job ${id} is ${state} in the end`] : []
      }),
      ...repeated(tasks).map((id) => `turn ${id} belongs to two jobs`),
      ...tasks
        .filter((id) => !turns.some((turn) => turn.id === id))
        .map((id) => `turn ${id} of a task is not there`),
    ]
  },
}
