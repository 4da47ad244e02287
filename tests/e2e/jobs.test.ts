import { randomUUID } from 'node:crypto'
import { Job, JobPage } from '@codelab/contracts/jobs'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { bearer, restClient, type RestClient } from '../support/rest.ts'
import { openSocket, signIn } from '../support/socket.ts'
import { until } from '../support/until.ts'

/** Long jobs of the whole product, as a person's client sees them, with the demo model. */
let platform: StartedPlatform
let token: string
let rest: RestClient

async function signedIn() {
  const { gateway, username, password } = platform.ready
  token = (await signIn(gateway, username, password)).access_token
  rest = restClient(gateway, bearer(token))
}
async function restart() {
  await platform.stop()
  platform = await startPlatform({ data: platform.data })
  await signedIn()
}

beforeAll(async () => {
  platform = await startPlatform()
  await signedIn()
}, 60_000)
afterAll(() => platform.remove(), 30_000)

const open = (session: string) =>
  openSocket({ gateway: platform.ready.gateway, token, session, query: '?after=0' })

async function start(body: object): Promise<Job> {
  const answer = await rest('post', '/api/v1/jobs', { json: body })
  if (answer.status !== 202) throw new Error(JSON.stringify(answer.body))
  return Job.parse(answer.body)
}
const task = (session_id: string, goal: string, more: object = {}) =>
  start({ session_id, kind: 'task', input: { goal }, ...more })

const jobIs = (id: string, state: Job['state']) =>
  until(
    `the job is ${state}`,
    async () => {
      const job = Job.parse((await rest('get', `/api/v1/jobs/${id}`)).body)
      return job.state === state ? job : undefined
    },
    30_000,
  )

test('a task that waits for an approval outlives a restart of everything and is finished from another device', async () => {
  const session = randomUUID()
  const { id } = await task(session, 'delete old.txt')
  expect((await jobIs(id, 'waiting')).note).toContain('delete_file')
  await restart()

  const device = await open(session)
  const { call_id } = await device.waitFor('tool_call')
  const asked = await device.waitFor('session')
  expect(asked.pending_approvals.map((call) => call.call_id)).toEqual([call_id])
  device.send({ type: 'hitl_decision', call_id, decision: 'approve' })
  await device.waitFor('tool_call', ({ requires_approval }) => !requires_approval)
  device.send({ type: 'tool_claim', call_id })
  await device.waitFor('tool_claimed')
  device.send({ type: 'tool_result', call_id, result: 'deleted old.txt' })
  const ended = await jobIs(id, 'succeeded')
  await device.waitFor('job', ({ state }) => state === 'succeeded')
  expect(ended.result?.['content']).toBe(device.answers().at(-1))
  const shares = device.frames.flatMap((frame) => (frame.type === 'job' ? [frame.progress] : []))
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  device.close()
}, 90_000)

test('a cancelled task stops its answer, keeps what was said, and stays cancelled', async () => {
  const session = randomUUID()
  const { id } = await task(session, 'count to 900 at 20 tokens/s')
  const device = await open(session)
  await device.waitFor('assistant_message')
  const cancelled = await rest('post', `/api/v1/jobs/${id}/cancel`)
  expect(cancelled).toMatchObject({ status: 202, body: { state: 'cancelled' } })
  const last = await device.waitFor('assistant_message', ({ is_final }) => is_final)
  expect(last.finish_reason).toBe('cancelled')
  await device.waitFor('turn', ({ state }) => state === 'cancelled')
  await device.waitFor('job', ({ state }) => state === 'cancelled')
  expect(await rest('post', `/api/v1/jobs/${id}/cancel`)).toMatchObject({ status: 202 })
  device.close()
}, 60_000)

test('a schedule goes on after a restart until it is cancelled', async () => {
  const session = randomUUID()
  const ended = async () => {
    const path = `/api/v1/jobs?session_id=${session}&state=succeeded`
    return JobPage.parse((await rest('get', path)).body).items.length
  }
  const { id } = await task(session, 'count to 2', { every: 1 })
  await until('two runs are over', async () => (await ended()) >= 2, 30_000)
  await restart()
  const before = await ended()
  await until('it goes on', async () => (await ended()) > before, 30_000)
  await rest('post', `/api/v1/jobs/${id}/cancel`)
  const path = `/api/v1/jobs?session_id=${session}`
  const { items } = JobPage.parse((await rest('get', path)).body)
  expect(items.filter(({ ended_at }) => ended_at === undefined)).toEqual([])
  expect(new Set(items.map(({ at }) => at)).size).toBe(items.length)
}, 90_000)
