import { createShared } from '@codelab/agent/start-shared'
import { startJobs } from '@codelab/agent/start-jobs'
import { startJob } from '@codelab/agent/jobs/start-job'
import type { JobRun, JobRunners } from '@codelab/agent/jobs/kinds/job-run'
import { start } from '../../../services/agent/src/start.ts'
import { settingsFor, startAgent } from '../../support/agent-under-test.ts'
import { startWorkerProcess } from '../../support/agent-worker-process.ts'
import { jobsOf } from '../../support/jobs-under-test.ts'
import { answer, done, say } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'

type Agent = Awaited<ReturnType<typeof startAgent>>

const apiOnly = { settings: { AGENT_ROLES: 'api' } }
const summary = { session_id: 's', kind: 'summarize_session', id: 'j' }

/** Workers of an agent's database whose jobs of the kind `embed_project` do what the test says. */
async function startKind(agent: Agent, runner: JobRunners['embed_project']) {
  const config = settingsFor(agent.databaseUrl, agent.llm.url, {
    AGENT_ROLES: 'worker',
    JOB_BACKOFF_MS: '10',
    APPROVAL_RULES: '[{"tool":"read_file","path":"secret","action":"deny"}]',
  })
  const shared = await createShared(config)
  const jobs = startJobs(config, shared, { embed_project: runner })
  return {
    async stop() {
      await jobs.stop()
      await shared.close()
    },
  }
}

const statesOf = async (agent: Agent): Promise<string[]> => {
  const stream = await agent.follow('s', 0)
  await until('the whole log', () => stream.log().length > 0)
  await stream.close()
  return stream.log().flatMap((frame) => (frame.type === 'job' ? [frame.state] : []))
}

test('a rolled back transaction takes the job, its frame and its call along', async () => {
  const agent = await startAgent(() => answer('ok'), apiOnly)
  const config = settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'api' })
  const shared = await createShared(config)
  const asked = { session_id: 's', kind: 'summarize_session' as const, id: 'j', input: {} }
  const count = async () => {
    const { rows } = await agent.pool.query<{ n: string }>(
      `select (select count(*) from job) + (select count(*) from event)
         + (select count(*) from bullmq.job where queue = 'jobs') as n`,
    )
    return Number(rows[0]!.n)
  }
  const target = { sessionId: 's', userId: 'ann', create: true }
  await expect(
    shared.inSession(target, async (work) => {
      await startJob(work, asked)
      throw new Error('and then it broke')
    }),
  ).rejects.toThrow('and then it broke')
  expect(await count()).toBe(0)
  await shared.inSession(target, (work) => startJob(work, asked))
  expect(await count()).toBe(3)
  await shared.close()
  await agent.stop()
})

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a job of a worker that got %s is taken over, and what the late one writes changes nothing',
  async (signal) => {
    const agent = await startAgent(() => answer('Hello.'), apiOnly)
    const gate = Promise.withResolvers<void>()
    let tries = 0
    agent.llm.play(({ messages }) => {
      if (!JSON.stringify(messages).includes('You write the notes')) return answer('Hello.')
      tries += 1
      return tries === 1 ? [...say('late'), gate.promise, ...done()] : answer('in time')
    })
    const lost = await startWorkerProcess(agent.databaseUrl, agent.llm.url)
    await agent.message('s', 'Hello')
    await (await agent.follow('s', 0)).turn('finished')
    const jobs = jobsOf(agent)
    await jobs.start(summary)
    await until('it is at work', () => tries === 1)
    lost.child.kill(signal)
    const other = await start(
      settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' }),
    )
    const ended = await jobs.until('j', 'succeeded')
    expect(ended).toMatchObject({ attempts: 1, result: { summary: 'in time' } })
    gate.resolve()
    lost.child.kill('SIGCONT')
    if (signal === 'SIGSTOP') {
      await until('the late worker has no job of its own', async () => {
        const { rows } = await agent.pool.query(
          "select 1 from job where owner is not null or state <> 'succeeded'",
        )
        return rows.length === 0
      })
    }
    await lost.stop()
    await other.stop()
    expect(await jobs.read('j')).toEqual(ended)
    expect(await statesOf(agent)).toEqual(
      expect.arrayContaining(['queued', 'running', 'succeeded']),
    )
    expect((await statesOf(agent)).filter((state) => state === 'succeeded')).toHaveLength(1)
    await agent.stop()
  },
  60_000,
)

test('a worker that stops parks its jobs, without counting a try', async () => {
  const agent = await startAgent(() => answer('ok'), apiOnly)
  const config = settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' })
  const first = await start(config)
  const never = new Promise<void>(() => undefined)
  agent.llm.play((_, count) => (count === 2 ? [...say('a'), never] : answer('A greeting.')))
  await agent.message('s', 'Hello')
  await (await agent.follow('s', 0)).turn('finished')
  const jobs = jobsOf(agent)
  await jobs.start(summary)
  await until('it is at work', () => agent.llm.requests.length === 2)
  await first.stop()
  expect(await jobs.read('j')).toMatchObject({ state: 'queued', attempts: 1 })
  const second = await start(config)
  expect(await jobs.until('j', 'succeeded')).toMatchObject({ attempts: 1 })
  expect(agent.llm.aborted()).toBe(1)
  await second.stop()
  await agent.stop()
})

test('a job that asks a machine for files ends its run, and goes on with the answers and its checkpoint', async () => {
  const agent = await startAgent(() => answer('ok'), apiOnly)
  const seen: Pick<JobRun, 'checkpoint' | 'replies'>[] = []
  const kind = await startKind(agent, async (run) => {
    seen.push({ checkpoint: run.checkpoint, replies: run.replies })
    if (run.checkpoint === undefined) {
      const read = (path: string) => ({ key: path, tool: 'read_file', arguments: { path } })
      return {
        state: 'waiting',
        asks: [read('a'), read('secret'), { ...read('b'), arguments: { path: '../b' } }],
        note: 'Reads three files.',
        checkpoint: { asked: 3 },
      }
    }
    const result = { model: 'm', files: 1, chunks: 1, skipped: [] }
    return { state: 'succeeded', result }
  })
  const jobs = jobsOf(agent)
  await jobs.start({ session_id: 's', kind: 'embed_project', id: 'j' })
  expect((await jobs.until('j', 'waiting')).note).toBe('Reads three files.')
  await kind.stop()
  const stream = await agent.follow('s', 0)
  const { call_id } = await stream.frame('tool_call')
  expect(stream.log().filter(({ type }) => type === 'tool_call')).toHaveLength(1)
  await agent.result('s', call_id, { result: 'text of a' })
  expect((await jobs.read('j')).state).toBe('queued')

  const later = await startKind(agent, async (run) => {
    seen.push({ checkpoint: run.checkpoint, replies: run.replies })
    return { state: 'succeeded', result: { model: 'm', files: 1, chunks: 1, skipped: [] } }
  })
  await jobs.until('j', 'succeeded')
  expect(seen).toEqual([
    { checkpoint: undefined, replies: [] },
    {
      checkpoint: { asked: 3 },
      replies: [
        expect.objectContaining({ key: 'a', outcome: 'executed', result: 'text of a' }),
        expect.objectContaining({
          key: 'secret',
          error: expect.objectContaining({ code: 'denied_by_policy' }),
        }),
        expect.objectContaining({
          key: 'b',
          error: expect.objectContaining({ code: 'invalid_arguments' }),
        }),
      ],
    },
  ])
  // The answer was the job's alone.
  expect(await agent.history('s')).toEqual([])
  await stream.close()
  await later.stop()
  await agent.stop()
})

test('a cancelled job is told at once, and nothing that it still does is kept', async () => {
  const agent = await startAgent(() => answer('ok'), apiOnly)
  const begun = Promise.withResolvers<JobRun<'embed_project'>>()
  const ended = Promise.withResolvers<unknown>()
  const kind = await startKind(agent, async (run) => {
    await run.commit({ checkpoint: 1, progress: 0.5, note: 'half' })
    begun.resolve(run)
    await new Promise((resolve) => run.signal.addEventListener('abort', resolve))
    run.progress(0.9, 'late')
    const late = await run.commit({ checkpoint: 2 }).catch((error: Error) => error.name)
    ended.resolve(late)
    return { state: 'succeeded', result: { model: 'm', files: 0, chunks: 0, skipped: [] } }
  })
  const jobs = jobsOf(agent)
  await jobs.start({ session_id: 's', kind: 'embed_project', id: 'j' })
  await begun.promise
  expect(await jobs.read('j')).toMatchObject({ state: 'running', progress: 0.5, note: 'half' })
  await jobs.cancel('j')
  expect(await ended.promise).toBe('Fenced')
  await kind.stop()
  expect(await jobs.read('j')).toMatchObject({ state: 'cancelled', progress: 0.5 })
  expect(await statesOf(agent)).toEqual(['queued', 'running', 'running', 'cancelled'])
  await agent.stop()
})

test('an error that nobody foresaw is tried again, and told without its inside', async () => {
  const agent = await startAgent(() => answer('ok'), apiOnly)
  const attempts: number[] = []
  const kind = await startKind(agent, async (run) => {
    attempts.push(run.attempt)
    throw new Error('select password from somewhere')
  })
  const jobs = jobsOf(agent)
  await jobs.start({ session_id: 's', kind: 'embed_project', id: 'j' })
  const failed = await jobs.until('j', 'failed')
  expect(attempts).toEqual([1, 2, 3])
  expect(failed).toMatchObject({ attempts: 3, error: { code: 'internal' } })
  expect(JSON.stringify(failed)).not.toContain('password')
  await kind.stop()
  await agent.stop()
})
