import { startAgent } from '../../support/agent-under-test.ts'
import { jobsOf } from '../../support/jobs-under-test.ts'
import { answer, done, say, type Script } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'

const task = (session_id: string, more: object = {}) => ({
  session_id,
  kind: 'task',
  input: { goal: `work in ${session_id}` },
  ...more,
})

/** Completions that end when they are told to, by the session that they are of. */
function gates() {
  const open = new Map<string, () => void>()
  const script: Script = ({ messages }) => {
    const asked = messages.findLast(({ role }) => role === 'user')?.content
    const goal = typeof asked === 'string' ? asked : ''
    const { promise, resolve } = Promise.withResolvers<void>()
    open.set(goal.replace('work in ', ''), resolve)
    return [...say('...'), promise, ...done()]
  }
  return { script, open, running: () => [...open.keys()] }
}

test('the same id twice is one job, with another input a conflict', async () => {
  const agent = await startAgent(() => answer('ok'))
  const jobs = jobsOf(agent)
  const [first, second] = await Promise.all([1, 2].map(() => jobs.start(task('s', { id: 'j' }))))
  expect(second!.id).toBe(first!.id)
  const other = await agent.send('POST', '/api/v1/jobs', {
    ...task('s', { id: 'j' }),
    input: { goal: 'something else' },
  })
  expect(other).toMatchObject({ status: 409, body: { error: { code: 'conflict' } } })
  const elsewhere = await agent.send('POST', '/api/v1/jobs', task('t', { id: 'j' }))
  expect(elsewhere.status).toBe(409)
  await jobs.until('j', 'succeeded')
  expect(await jobs.list()).toHaveLength(1)
  expect(agent.llm.requests).toHaveLength(1)
  await agent.stop()
})

test("nobody starts, sees or stops a job in another person's session", async () => {
  const agent = await startAgent(() => answer('ok'))
  const { id } = await jobsOf(agent).start(task('s'))
  const bob = agent.as('bob')
  expect((await bob.send('POST', '/api/v1/jobs', task('s'))).status).toBe(403)
  expect((await bob.send('GET', `/api/v1/jobs/${id}`)).status).toBe(404)
  expect((await bob.send('POST', `/api/v1/jobs/${id}/cancel`)).status).toBe(404)
  expect(await jobsOf(bob).list()).toEqual([])
  await agent.stop()
})

test('at most so many jobs run at once, and people take turns', async () => {
  const { script, open, running } = gates()
  const agent = await startAgent(script, { settings: { JOBS_CONCURRENCY: '2' } })
  const ann = jobsOf(agent)
  const bob = jobsOf(agent.as('bob'))
  for (const session of ['a1', 'a2', 'a3', 'a4']) await ann.start(task(session))
  await until('two of Ann run', () => running().length === 2)
  await bob.start(task('b1'))
  const [first] = running()
  open.get(first!)!()
  await until('the next one runs', () => running().length === 3)
  // Ann has one that runs and two that are older than Bob's; Bob has none.
  expect(running().at(-1)).toBe('b1')
  const states = (await ann.list()).map(({ state }) => state).sort()
  expect(states).toEqual(['queued', 'queued', 'running', 'succeeded'])
  for (const session of ['a1', 'a2', 'b1', 'a3', 'a4']) {
    await until(`${session} runs`, () => open.has(session))
    open.get(session)!()
  }
  await until('all are done', async () =>
    (await ann.list()).every(({ state }) => state === 'succeeded'),
  )
  await agent.stop()
})

test('jobs are listed newest first, by session, kind and state, page by page', async () => {
  const agent = await startAgent(() => answer('ok'))
  const jobs = jobsOf(agent)
  const at = new Date(Date.now() + 3_600_000).toISOString()
  await jobs.start(task('s', { id: 'one' }))
  await jobs.until('one', 'succeeded')
  await jobs.start(task('s', { id: 'two', at }))
  await jobs.start({ session_id: 't', kind: 'summarize_session', id: 'three', at })
  const ids = async (query: string) => (await jobs.list(query)).map(({ id }) => id)
  expect(await ids('')).toEqual(['three', 'two', 'one'])
  expect(await ids('?session_id=s')).toEqual(['two', 'one'])
  expect(await ids('?kind=summarize_session')).toEqual(['three'])
  expect(await ids('?state=queued')).toEqual(['three', 'two'])
  const { body } = await agent.send('GET', '/api/v1/jobs?limit=2')
  expect(await ids(`?limit=2&cursor=${String(body['next_cursor'])}`)).toEqual(['one'])
  await agent.stop()
})

test('a schedule runs again and again until any of its runs is cancelled', async () => {
  const agent = await startAgent(() => answer('ok'))
  const jobs = jobsOf(agent)
  const first = await jobs.start(task('s', { every: 1 }))
  await until('three runs are over', async () => {
    const ended = (await jobs.list()).filter(({ state }) => state === 'succeeded')
    return ended.length >= 3
  })
  await jobs.cancel(first.id)
  const runs = await jobs.list()
  expect(runs.every(({ state }) => state === 'succeeded' || state === 'cancelled')).toBe(true)
  expect(runs.every(({ schedule_id }) => schedule_id === first.id)).toBe(true)
  const { rows } = await agent.pool.query(
    `select starts_at - lag(starts_at) over (order by starts_at) as pause from job
     where starts_at is not null order by starts_at offset 1`,
  )
  expect(new Set(rows.map(({ pause }) => JSON.stringify(pause))).size).toBe(1)
  await agent.stop()
}, 30_000)

test('runs whose time went by while nobody worked are left out', async () => {
  const agent = await startAgent(() => answer('ok'))
  const jobs = jobsOf(agent)
  const past = new Date(Date.now() - 10 * 60_000 - 30_000)
  const { id } = await jobs.start(task('s', { every: '1m', at: past.toISOString() }))
  await jobs.until(id, 'succeeded')
  const [next, ...others] = await jobs.list('?state=queued')
  expect(others).toEqual([])
  expect(Date.parse(next!.at!)).toBeGreaterThan(Date.now())
  expect(Date.parse(next!.at!)).toBeLessThanOrEqual(Date.now() + 60_000)
  await agent.stop()
})

test('a failure that passes is tried again after a pause, one that does not ends the job', async () => {
  const down = { status: 503, code: 'unavailable', message: 'No model answers.' }
  const agent = await startAgent((_, count) => (count < 3 ? down : answer('back')), {
    settings: { JOB_BACKOFF_MS: '50' },
  })
  const jobs = jobsOf(agent)
  const { id } = await jobs.start(task('s'))
  const ended = await jobs.until(id, 'succeeded')
  expect(ended).toMatchObject({ attempts: 3, result: { content: 'back' } })
  // The person's goal stands once in the conversation, and nothing of the failures.
  expect(await agent.history('s')).toHaveLength(2)

  agent.llm.play(() => down)
  const again = await jobs.start(task('t'))
  const failed = await jobs.until(again.id, 'failed')
  expect(failed).toMatchObject({ attempts: 3, error: { code: 'unavailable' } })

  agent.llm.play(() => ({ status: 400, code: 'invalid_request', message: 'Too long.' }))
  const refused = await jobs.start(task('u'))
  expect(await jobs.until(refused.id, 'failed')).toMatchObject({ attempts: 1 })
  await agent.stop()
})

test('a run of a schedule does not begin before the one before it has ended', async () => {
  const { script, open } = gates()
  const agent = await startAgent(script)
  const jobs = jobsOf(agent)
  const first = await jobs.start(task('s', { every: 1 }))
  await until('the first runs', () => open.has('s'))
  const next = await until('the next one is due', async () => {
    const [queued] = await jobs.list('?state=queued')
    return queued && Date.parse(queued.at!) < Date.now() - 1_500 ? queued : undefined
  })
  expect(await jobs.list()).toHaveLength(2)
  expect(await jobs.read(next.id)).toMatchObject({ state: 'queued', attempts: 0 })
  open.get('s')!()
  await jobs.until(first.id, 'succeeded')
  await jobs.until(next.id, 'running')
  await jobs.cancel(first.id)
  expect((await jobs.list()).map(({ state }) => state).sort()).toEqual([
    'cancelled',
    'cancelled',
    'succeeded',
  ])
  await agent.stop()
})

test('of files that were given to be indexed people see the paths', async () => {
  const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  const jobs = jobsOf(agent)
  const input = { files: [{ path: 'a.md', content: 'all of a' }] }
  const started = await jobs.start({ session_id: 's', kind: 'embed_project', id: 'j', input })
  const shown = { files: [{ path: 'a.md' }] }
  expect(started.input).toEqual(shown)
  expect((await jobs.read('j')).input).toEqual(shown)
  expect((await jobs.list())[0]!.input).toEqual(shown)
  expect(await jobs.start({ session_id: 's', kind: 'embed_project', id: 'j', input })).toEqual(
    started,
  )
  await agent.stop()
})
