import * as routes from '@codelab/contracts/gateway-agent'
import type { Job } from '@codelab/contracts/jobs'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'

/** Jobs of the stand-in agent, in memory; `checkOwner` throws `forbidden` for another person's session. */
export function jobHandlers(
  checkOwner: (sessionId: string, userId: string | undefined) => void,
): RouteHandler[] {
  const jobs = new Map<string, Job>()
  const jobOf = (id: string, userId: string | undefined): Job => {
    const job = jobs.get(id)
    if (!job) throw new Failure('not_found')
    checkOwner(job.session_id, userId)
    return job
  }
  return [
    handle(routes.startAgentJob, async ({ body, userId }) => {
      checkOwner(body.session_id, userId)
      const { session_id, kind, input } = body
      const id = body.id ?? `job-${jobs.size + 1}`
      const created_at = new Date().toISOString()
      const begun = { state: 'queued' as const, progress: 0, attempts: 0 }
      const job: Job = { id, session_id, kind, input, created_at, ...begun }
      jobs.set(id, job)
      return job
    }),
    handle(routes.agentJobs, async ({ query }) => ({
      items: [...jobs.values()].filter(({ state }) => state === (query.state ?? state)),
    })),
    handle(routes.agentJob, async ({ params, userId }) => jobOf(params.id, userId)),
    handle(routes.cancelAgentJob, async ({ params, userId }) => {
      const job = { ...jobOf(params.id, userId), state: 'cancelled' as const }
      jobs.set(job.id, job)
      return job
    }),
  ]
}
