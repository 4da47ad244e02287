import { Job, JobPage } from '@codelab/contracts/jobs'
import { FailureBody } from '@codelab/contracts/errors'
import { startGateway, type UnderTest } from './gateway-under-test.ts'

let under: UnderTest
beforeAll(async () => {
  under = await startGateway()
})
afterAll(() => under.stop())

const post = (path: string, body?: unknown) =>
  under.call(path, {
    method: 'POST',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: { 'content-type': 'application/json' },
  })
const task = (session_id: string) => ({ session_id, kind: 'task', input: { goal: 'Tidy up' } })

test('a job is started, read, listed and cancelled by its owner', async () => {
  const session_id = under.newSession()
  const started = await post('/api/v1/jobs', { ...task(session_id), id: 'j1' })
  expect(started.status).toBe(202)
  expect(Job.parse(started.body)).toMatchObject({ id: 'j1', session_id, state: 'queued' })
  expect((await under.call('/api/v1/jobs/j1')).body).toMatchObject({ id: 'j1' })
  const listed = JobPage.parse((await under.call('/api/v1/jobs?state=queued')).body)
  expect(listed.items.map(({ id }) => id)).toContain('j1')
  const cancelled = await post('/api/v1/jobs/j1/cancel')
  expect(cancelled).toMatchObject({ status: 202, body: { state: 'cancelled' } })
})

test("a job in another user's session is 404, and so is a job that is not there", async () => {
  const session_id = under.newSession()
  under.agent.create(session_id, 'somebody-else')
  const answers = [
    await post('/api/v1/jobs', task(session_id)),
    await under.call('/api/v1/jobs/none'),
    await post('/api/v1/jobs/none/cancel'),
  ]
  for (const { status, body } of answers) {
    expect(status).toBe(404)
    expect(FailureBody.parse(body).error.code).toBe('not_found')
  }
})

test.each([
  ['no goal', { kind: 'task', input: {} }, 'input.goal'],
  ['an unknown kind', { kind: 'dance', input: {} }, 'kind'],
  ['an interval in words', { kind: 'summarize_session', every: 'daily' }, 'every'],
])('%s is refused and named', async (_, job, field) => {
  const { status, body } = await post('/api/v1/jobs', { session_id: 's', ...job })
  expect({ status, field: FailureBody.parse(body).error.field }).toEqual({ status: 400, field })
})

test('starting jobs counts against the rate of the session, as messages do', async () => {
  const limited = await startGateway({ SESSION_MESSAGES_PER_MINUTE: '2' })
  const session_id = limited.newSession()
  const start = () =>
    limited.call('/api/v1/jobs', {
      method: 'POST',
      body: JSON.stringify(task(session_id)),
      headers: { 'content-type': 'application/json' },
    })
  const statuses = [await start(), await start(), await start()].map(({ status }) => status)
  expect(statuses).toEqual([202, 202, 429])
  await limited.stop()
})
