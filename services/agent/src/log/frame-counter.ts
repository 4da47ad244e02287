import type { Metrics } from '@codelab/runtime/metrics'
import type { EventRow } from './event-row.ts'

const ends = new Set(['succeeded', 'failed', 'cancelled'])

/** Counts what was committed, where it was committed, so that nothing is counted twice. */
export function createFrameCounter(metrics: Metrics): (rows: readonly EventRow[]) => void {
  const turns = metrics.counter('turns_total', 'Turns by what became of them.', ['state'])
  const calls = metrics.counter('tool_calls_total', 'Resolved tool calls.', ['outcome'])
  const approvals = metrics.counter('approvals_total', 'Tool calls told to clients.', ['asked'])
  const jobs = metrics.counter('jobs_total', 'Jobs that ended, by what became of them.', [
    'kind',
    'state',
  ])
  return function countFrames(rows) {
    for (const row of rows) {
      if (row.kind === 'token') continue
      const frame = row.body
      if (frame.type === 'turn') turns.inc({ state: frame.state })
      if (frame.type === 'tool_resolved') calls.inc({ outcome: frame.outcome })
      if (frame.type === 'job' && ends.has(frame.state))
        jobs.inc({ kind: frame.kind ?? '', state: frame.state })
      if (frame.type === 'tool_call') approvals.inc({ asked: String(frame.requires_approval) })
    }
  }
}
