import type { StepJob } from './step-job.ts'

/** How long the queue's own call stands back for a step that is started here. */
export const standBackMs = 250

/**
 * A worker in the very process that queues a step: it may start the step as soon as that is committed, and the queue need not call.
 * The queued job stays, a little later, as the guarantee; whichever comes second finds the fence raised and does nothing.
 */
export type LocalWorker = {
  /** Has it room for one more step right now? */
  hasRoom(): boolean
  start(job: StepJob): void
  /** A session's fence was raised: whoever works under a lower one here stops at once. */
  fenced(sessionId: string, fence: number): void
  /** Does this process run long jobs? */
  looksForJobs(): boolean
  /** A long job was queued: look for it now. */
  lookForJobs(): void
}

export type StepStarter = Pick<LocalWorker, 'hasRoom' | 'start'>

/** Stands for the worker of this process until there is one; a process without that role leaves all to the queue. */
export function createLocalWorker() {
  let worker: StepStarter | undefined
  let look: (() => void) | undefined
  let loseBelow: LocalWorker['fenced'] | undefined
  return {
    use: (given: StepStarter) => void (worker = given),
    loseWith: (given: LocalWorker['fenced']) => void (loseBelow = given),
    lookWith: (given: () => void) => void (look = given),
    hasRoom: () => worker?.hasRoom() ?? false,
    start: (job: StepJob) => worker?.start(job),
    fenced: (sessionId: string, fence: number) => loseBelow?.(sessionId, fence),
    looksForJobs: () => look !== undefined,
    lookForJobs: () => look?.(),
  }
}
