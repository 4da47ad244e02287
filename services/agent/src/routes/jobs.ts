import {
  agentJob,
  agentJobs,
  cancelAgentJob,
  startAgentJob,
} from '@codelab/contracts/gateway-agent'
import { Failure } from '@codelab/runtime/failure'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import { cancelJob } from '../jobs/cancel-job.ts'
import { startJob } from '../jobs/start-job.ts'
import { readJob, readJobs, shownJob } from '../store/job-reads.ts'
import type { StoredJob } from '../turn/work.ts'
import type { RouteParts } from './parts.ts'

/** Files that are given to be indexed come in the body. */
const maxJobBodyBytes = 32 * 1_048_576

/** Long work in the background: started, looked at, stopped. */
export function jobRoutes({ pool, inSession, startAtOnce }: RouteParts): RouteHandler[] {
  const jobOf = async (id: string, userId: string | undefined): Promise<StoredJob> => {
    const job = await readJob(pool, id)
    if (job && (userId === undefined || job.userId === userId)) return job
    throw new Failure('not_found', { message: `There is no job ${id}.` })
  }
  return [
    handle(
      startAgentJob,
      async ({ body, userId }) => {
        const target = { sessionId: body.session_id, userId, create: true }
        const started = await startAtOnce(body, userId)
        return shownJob(started ?? (await inSession(target, (work) => startJob(work, body))))
      },
      { maxBodyBytes: maxJobBodyBytes },
    ),
    handle(agentJobs, async ({ query, userId }) => readJobs(pool, { userId, ...query })),
    handle(agentJob, async ({ params, userId }) => shownJob(await jobOf(params.id, userId))),
    handle(cancelAgentJob, async ({ params, userId }) => {
      const { sessionId } = await jobOf(params.id, userId)
      return inSession({ sessionId, userId }, async (work) =>
        shownJob(await cancelJob(work, params.id, userId)),
      )
    }),
  ]
}
