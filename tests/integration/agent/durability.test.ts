import pg from 'pg'
import { createLog } from '@codelab/runtime/log'
import { createPool } from '@codelab/runtime/postgres'
import { createLocalWorker } from '@codelab/agent/jobs/local-worker'
import { createSessionWork } from '../../../services/agent/src/store/session-work.ts'
import { start } from '../../../services/agent/src/start.ts'
import { acceptMessage } from '../../../services/agent/src/turn/accept-message.ts'
import { agentClient, settingsFor, startAgent } from '../../support/agent-under-test.ts'
import { startWorkerProcess } from '../../support/agent-worker-process.ts'
import { createDatabase, redisDatabaseUrl, storeUrl, withDatabase } from '../../support/stores.ts'
import {
  answer,
  call,
  calls,
  done,
  say,
  startStandInLlmProxy,
} from '../../support/stand-in-llm-proxy.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { until } from '../../support/until.ts'

const settings = {
  maxSteps: 5,
  maxIdenticalCalls: 5,
  sessionTtlMs: 1e9,
  contextMaxTokens: 8000,
  rules: [],
  claimTimeoutMs: 1,
  jobs: { taskMaxSteps: 5, attempts: 1, backoffMs: 1 },
}
const never = new Promise<void>(() => undefined)

test('a rolled back transaction takes the queued step along', async () => {
  const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  const published: string[] = []
  const inSession = createSessionWork({
    localWorker: createLocalWorker(),
    pool: agent.pool,
    settings,
    publish: (sessionId) => published.push(sessionId),
    newId: () => `id-${Math.random()}`,
    now: () => new Date(),
  })
  const jobs = async () =>
    Number((await agent.pool.query('select count(*) as n from bullmq.job')).rows[0].n)
  await expect(
    inSession({ sessionId: 'a', userId: 'ann', create: true }, async (work) => {
      await acceptMessage(work, { content: 'hello' })
      // The statement that queues the step runs at the end; this makes it fail after the job was added.
      work.head.lastPosition = 0
      work.addMessage({ id: 'same', role: 'user', content: '' })
      work.addMessage({ id: 'same', role: 'user', content: '' })
    }),
  ).rejects.toThrow('duplicate key')
  expect(await jobs()).toBe(0)
  expect(published).toEqual([])
  expect((await agent.send('GET', '/api/v1/sessions/a')).status).toBe(404)

  await inSession({ sessionId: 'a', userId: 'ann', create: true }, (work) =>
    acceptMessage(work, { content: 'hello' }),
  )
  expect(await jobs()).toBe(1)
  expect(published).toEqual(['a'])
  await agent.stop()
})

test('two instances that start together on an empty database migrate it once', async () => {
  const database = await createDatabase()
  const llm = await startStandInLlmProxy(() => answer('ok'))
  const running = await Promise.all([1, 2].map(() => start(settingsFor(database.url, llm.url, {}))))
  const pool = new pg.Pool({ connectionString: database.url })
  const { rows } = await pool.query<{ name: string }>('select name from agent_migration')
  expect(rows.length).toBeGreaterThan(0)
  expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)

  const clients = running.map(({ url }) => agentClient(url))
  await clients[0]!.message('s', 'hello')
  const stream = await clients[1]!.follow('s')
  await stream.done()
  expect(stream.kinds().at(-1)).toBe('turn finished')
  await Promise.all(running.map((instance) => instance.stop()))
  await pool.end()
  await llm.close()
  await database.drop()
})

test('an agent uses the database of its address, whatever its name, and makes no other', async () => {
  await withDatabase(storeUrl('TEST_DATABASE_URL'), async (client) => {
    await client.query('drop database if exists agent with (force)')
    const agent = await startAgent(() => answer('ok'))
    const { rows } = await client.query('select datname from pg_database')
    expect(rows).not.toContainEqual({ datname: 'agent' })
    await agent.stop()
  })
})

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a step of a worker that got %s is taken over, and a late writer changes nothing',
  async (signal) => {
    const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
    const gate = Promise.withResolvers<void>()
    let tries = 0
    agent.llm.play(() => {
      tries += 1
      return tries === 1
        ? [...say('first'), gate.promise, ...say(' late'), ...done()]
        : answer('second')
    })
    const lost = await startWorkerProcess(agent.databaseUrl, agent.llm.url)
    await agent.message('s', 'go')
    const stream = await agent.follow('s', 0)
    await stream.frame('assistant_message', (frame) => frame.token === 'first')
    lost.child.kill(signal)
    const other = await start(
      settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' }),
    )

    const discarded = await stream.frame('message_discarded')
    await stream.turn('finished')
    gate.resolve()
    lost.child.kill('SIGCONT')
    if (signal === 'SIGSTOP') {
      await until('the late worker has given up', async () => {
        const { rows } = await agent.pool.query(`select 1 from bullmq.job where state = 'active'`)
        return rows.length === 0
      })
    }
    const finals = stream
      .log()
      .filter((frame) => frame.type === 'assistant_message' && frame.is_final)
    expect(finals).toEqual([expect.objectContaining({ content: 'second' })])
    expect(finals[0]).not.toMatchObject({ message_id: discarded.message_id })
    expect(JSON.stringify((await agent.follow('s', 0)).frames)).not.toContain('late')
    expect(await agent.history('s')).toHaveLength(2)
    await lost.stop()
    await other.stop()
    await stream.close()
    await agent.stop()
  },
  60_000,
)

test('a worker that is stopped in the middle of an answer parks the step for another one at once', async () => {
  const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  let tries = 0
  agent.llm.play(() => {
    tries += 1
    return tries === 1 ? [...say('first'), never] : answer('second')
  })
  const config = settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' })
  const first = await start(config)
  await agent.message('s', 'go')
  const stream = await agent.follow('s', 0)
  await stream.frame('assistant_message')
  await first.stop()
  await stream.frame('message_discarded')
  const { rows } = await agent.pool.query('select 1 from lease')
  expect(rows).toEqual([])
  const second = await start(config)
  await stream.turn('finished')
  expect(agent.llm.aborted()).toBe(1)
  await stream.close()
  await second.stop()
  await agent.stop()
})

test.each([
  { lost: 9, end: 'finished', asked: 1 },
  { lost: 10, end: 'failed', asked: 0 },
] as const)('a step that lost $lost workers: the turn is $end', async ({ lost, end, asked }) => {
  const agent = await startAgent(() => answer('ok'), { settings: { AGENT_ROLES: 'api' } })
  await agent.message('s', 'go')
  await agent.pool.query('update session_head set step_attempts = $1', [lost])
  const worker = await start(
    settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' }),
  )
  const stream = await agent.follow('s', 0)
  await stream.turn(end)
  expect(agent.llm.requests).toHaveLength(asked)
  if (end === 'failed') {
    expect(await stream.frame('error')).toMatchObject({
      code: 'internal',
      message: expect.stringContaining('again and again'),
    })
  }
  await stream.close()
  await worker.stop()
  await agent.stop()
})

test('a turn that waits for a person outlives every process', async () => {
  const agent = await startAgent(() => calls(call('delete_file', { path: 'a' })), {
    settings: { AGENT_ROLES: 'api' },
  })
  const config = settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' })
  const first = await start(config)
  await agent.message('s', 'go')
  const stream = await agent.follow('s', 0)
  const { call_id } = await stream.frame('tool_call')
  await first.stop()
  await agent.decide('s', call_id, { decision: 'approve' })
  await agent.result('s', call_id, { result: 'deleted' })
  agent.llm.play(() => answer('gone'))
  const second = await start(config)
  await stream.turn('finished')
  await stream.close()
  await second.stop()
  await agent.stop()
})

test('with Redis away a turn goes on and its readers, on another instance too, lose nothing', async () => {
  const redis = await startTcpProxy(new URL(redisDatabaseUrl()))
  const gate = Promise.withResolvers<void>()
  const agent = await startAgent(() => [...say('a'), gate.promise, ...say('b', 'c'), ...done()], {
    redisUrl: redis.url,
  })
  const other = await start(
    settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'api', REDIS_URL: redis.url }),
  )
  await agent.message('s', 'go')
  const here = await agent.follow('s', 0)
  const there = await agentClient(other.url).follow('s', 0)
  await Promise.all([here.frame('assistant_message'), there.frame('assistant_message')])
  redis.cut()
  gate.resolve()
  await Promise.all([here.turn('finished'), there.turn('finished')])
  expect(there.log()).toEqual(here.log())
  expect((await agent.message('s', 'with Redis away')).status).toBe(202)
  await there.turn('finished', 2)
  const health = (await fetch(`${agent.url}/health`)).status
  expect(health).toBe(503)

  redis.mend()
  await until('healthy again', async () => (await fetch(`${agent.url}/health`)).status === 200)
  await agent.message('s', 'and back')
  await there.turn('finished', 3)
  await Promise.all([here.close(), there.close()])
  await other.stop()
  await agent.stop()
  await redis.close()
})

test('with PostgreSQL away requests get 503, and everything recovers by itself', async () => {
  const database = await createDatabase()
  const proxy = await startTcpProxy(new URL(database.url))
  const gate = Promise.withResolvers<void>()
  const llm = await startStandInLlmProxy(() => [...say('a'), gate.promise, ...say('b'), ...done()])
  const running = await start(settingsFor(proxy.url, llm.url, {}))
  const agent = agentClient(running.url)
  await agent.message('s', 'go')
  const stream = await agent.follow('s', 0)
  await stream.frame('assistant_message')
  proxy.cut()
  expect(await agent.message('s', 'lost?', { message_id: 'm' })).toMatchObject({
    status: 503,
    body: { error: { code: 'unavailable', retry_after_s: 1 } },
  })
  expect((await fetch(`${running.url}/health`)).status).toBe(503)
  gate.resolve()
  proxy.mend()
  await stream.turn('finished')
  expect(stream.log().map(({ seq }) => seq)).toEqual(stream.log().map((_, at) => at + 1))
  expect((await agent.message('s', 'lost?', { message_id: 'm' })).status).toBe(202)
  await stream.turn('finished', 2)
  await stream.close()
  await running.stop()
  await proxy.close()
  await llm.close()
  await database.drop()
}, 60_000)

test('text whose statement outlives its connection is written once', async () => {
  const database = await createDatabase()
  const proxy = await startTcpProxy(new URL(database.url))
  const gate = Promise.withResolvers<void>()
  const llm = await startStandInLlmProxy(() => [...say('a'), gate.promise, ...say('b'), ...done()])
  const running = await start(settingsFor(proxy.url, llm.url, {}))
  const agent = agentClient(running.url)
  await agent.message('s', 'go')
  const stream = await agent.follow('s', 0)
  await stream.frame('assistant_message')
  await withDatabase(database.url, async (client) => {
    // Within one transaction the list of activities stands still.
    const observer = new pg.Pool({ connectionString: database.url, max: 1 })
    const waiting = async (count: number) => {
      const { rows } = await observer.query<{ n: number }>(
        `select count(*)::int as n from pg_stat_activity
         where wait_event_type = 'Lock' and datname = current_database() and query ~ 'session_head'`,
      )
      return rows[0]!.n >= count
    }
    await client.query('begin')
    await client.query("select 1 from session_head where session_id = 's' for update")
    gate.resolve()
    await until('the text to wait for its session', () => waiting(1))
    // The server goes on with what it was given; the agent cannot know.
    proxy.cut()
    proxy.mend()
    await until('the agent to come back', () => waiting(2))
    await client.query('commit')
    await observer.end()
  })
  await stream.turn('finished')
  const texts = stream.log().filter((frame) => frame.type === 'assistant_message')
  expect(texts.map((frame) => frame.type === 'assistant_message' && frame.token)).toEqual([
    'a',
    'b',
    '',
  ])
  await stream.close()
  await running.stop()
  await proxy.close()
  await llm.close()
  await database.drop()
}, 60_000)

test('a process that froze with a session locked is ended by the server, and the session goes on', async () => {
  const agent = await startAgent(() => answer('ok'))
  await agent.open('s')
  const log = createLog({ service: 'test', level: 'silent' })
  const pool = createPool({ url: agent.databaseUrl, log, applicationName: 'frozen' })
  const inSession = createSessionWork({
    localWorker: createLocalWorker(),
    pool,
    settings,
    publish: () => undefined,
    newId: () => 'id',
    now: () => new Date(),
  })
  const locked = Promise.withResolvers<void>()
  const frozen = inSession({ sessionId: 's' }, async () => {
    locked.resolve()
    await agent.message('s', 'meanwhile')
  })
  frozen.catch(() => undefined)
  await locked.promise
  await expect(frozen).rejects.toThrow()
  await (await agent.follow('s')).done()
  expect((await agent.history('s')).map(({ content }) => content)).toEqual(['meanwhile', 'ok'])
  await pool.end()
  await agent.stop()
})

test('of two workers that get the same step one runs it', async () => {
  const agent = await startAgent(() => answer('ok'))
  const other = await start(
    settingsFor(agent.databaseUrl, agent.llm.url, { AGENT_ROLES: 'worker' }),
  )
  const sessions = Array.from({ length: 20 }, () => agent.newSession())
  await Promise.all(sessions.map((session) => agent.message(session, 'go')))
  await Promise.all(sessions.map(async (session) => (await agent.follow(session)).done()))
  expect(agent.llm.requests).toHaveLength(sessions.length)
  await until('finished jobs leave nothing behind', async () => {
    const { rows } = await agent.pool.query(
      'select 1 from bullmq.job union all select 1 from lease',
    )
    return rows.length === 0
  })
  await other.stop()
  await agent.stop()
})

test('a lease of which its worker does not know runs out, however busy the worker is', async () => {
  const told = Promise.withResolvers<void>()
  const agent = await startAgent(({ messages }) =>
    messages.at(-1)?.content === 'long' ? [...say('half'), told.promise, ...done()] : answer('ok'),
  )
  await agent.message('other', 'short')
  await (await agent.follow('other')).done()
  await agent.message('busy', 'long')
  const stream = await agent.follow('busy')
  await stream.frame('assistant_message')
  // As a connection that breaks between the commit and its answer leaves it behind.
  await agent.pool.query(
    `insert into lease (session_id, owner, fence, until)
     select 'other', owner, 1, now() + interval '1 second' from lease where session_id = 'busy'`,
  )
  await until('the lease to run out', async () => {
    const { rows } = await agent.pool.query<{ session_id: string }>(
      'select session_id from lease where until < now()',
    )
    return rows.some(({ session_id }) => session_id === 'other')
  })
  told.resolve()
  await stream.done()
  await agent.stop()
})

test('an approval that nobody gives in time expires, and the model is told', async () => {
  const agent = await startAgent(
    ({ messages }) =>
      messages.at(-1)?.role === 'tool' ? answer('ok') : calls(call('delete_file', { path: 'a' })),
    { settings: { APPROVAL_TIMEOUT_S: '1' } },
  )
  await agent.message('s', 'go')
  const stream = await agent.follow('s')
  expect((await stream.frame('tool_call')).expires_at).toBeDefined()
  await stream.done()
  expect(await stream.frame('tool_resolved')).toMatchObject({ outcome: 'expired' })
  expect(JSON.stringify(agent.llm.requests.at(-1)!.messages)).toContain('expired')
  await agent.stop()
})
