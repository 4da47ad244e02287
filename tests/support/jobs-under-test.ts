import { Job } from '@codelab/contracts/jobs'
import type { agentClient } from './agent-under-test.ts'
import { until } from './until.ts'

type Sender = Pick<ReturnType<typeof agentClient>, 'send'>

/** Long jobs of an agent, for one person. */
export function jobsOf({ send }: Sender) {
  const read = async (id: string) => Job.parse((await send('GET', `/api/v1/jobs/${id}`)).body)
  return {
    read,
    async start(body: object): Promise<Job> {
      const reply = await send('POST', '/api/v1/jobs', body)
      if (reply.status !== 202) throw new Error(JSON.stringify(reply))
      return Job.parse(reply.body)
    },
    async list(query = ''): Promise<Job[]> {
      const { body } = await send('GET', `/api/v1/jobs${query}`)
      return Job.array().parse(body['items'])
    },
    cancel: (id: string) => send('POST', `/api/v1/jobs/${id}/cancel`),
    until: (id: string, state: Job['state']): Promise<Job> =>
      until(`the job is ${state}`, async () => {
        const job = await read(id)
        return job.state === state ? job : undefined
      }),
  }
}
