import type { JobStep } from '@codelab/contracts/engine-ui/jobs'
import type { Job } from '@codelab/contracts/jobs'

const mostSteps = 200
const mostJobs = 500

/** What jobs went through while this engine looked on. */
export type JobLog = {
  note(job: Pick<Job, 'id' | 'state' | 'progress' | 'note'>): void
  /** Oldest first. */
  of(jobId: string): readonly JobStep[]
}

export function createJobLog(now: () => number): JobLog {
  const logs = new Map<string, JobStep[]>()
  return {
    note: ({ id, state, progress, note }) => {
      const steps = logs.get(id) ?? []
      const last = steps.at(-1)
      if (last?.state === state && last.progress === progress && last.note === note) return
      const at = new Date(now()).toISOString()
      steps.push({ at, state, progress, ...(note !== undefined && { note }) })
      if (steps.length > mostSteps) steps.shift()
      logs.delete(id)
      logs.set(id, steps)
      const oldest = logs.size > mostJobs ? logs.keys().next().value : undefined
      if (oldest !== undefined) logs.delete(oldest)
    },
    of: (jobId) => logs.get(jobId) ?? [],
  }
}
