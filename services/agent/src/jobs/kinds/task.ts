import { TaskInput } from '@codelab/contracts/jobs'
import { workOnTask } from '../work-on-task.ts'
import type { JobRunner } from './job-run.ts'

/**
 * A goal worked on over many steps: a turn of its session. A run of the job starts the turn, or lets it go on after it has waited, and
 * hands the job over to it; the turn's own transactions say when it waits, fails or ends. So a task runs one turn at a time with its
 * session, waits for approvals as any turn does, and takes a place among the running jobs only while a model works on it.
 */
export const runTask: JobRunner<'task'> = async (run) => {
  const input = TaskInput.parse(run.input)
  await run.inSession((work) => workOnTask(work, run.id, input))
  return { state: 'handed_over' }
}
