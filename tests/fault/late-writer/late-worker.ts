import pg from 'pg'
import { start } from '../../../services/agent/src/start.ts'
import { agentClient, settingsFor, token } from '../../support/agent-under-test.ts'
import { startStandInLlmProxy } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'
import { spawnAgent, type Counts } from '../boundaries/spawn-agent.ts'
import { differences, snapshot } from './snapshot.ts'
import { secondAnswer, type Stage } from './stages.ts'

export type Late = {
  readonly stage: string
  readonly sessions: number
  /** What the late worker tried to write of conversations. */
  readonly tried: number
  /** Rows that it reports as changed, and rows that differ. */
  readonly committed: number
  readonly differences: readonly string[]
}

/** Sweeps and the queue's own calls go by what is there at that moment, not by what a worker held: no late writes. */
const sweeps = /^(?:queue-.*|requeueing|job-take|migration)$/

const sumOf = (counts: Counts) =>
  Object.entries(counts)
    .filter(([operation]) => !sweeps.test(operation))
    .reduce(
      (sum, [, { tried, changed }]) => ({
        tried: sum.tried + tried,
        committed: sum.committed + changed,
      }),
      { tried: 0, committed: 0 },
    )

type Stores = { readonly databaseUrl: string; readonly redisUrl: string }

/** Stops a worker for longer than its lease, lets another finish its steps, wakes it up, and counts what it still writes. */
export async function playStage(
  stage: Stage,
  { databaseUrl, redisUrl }: Stores,
  most: number,
): Promise<Late> {
  const sessions = Array.from({ length: stage.sessions ?? most }, (_, at) => `s-${at}`)
  const awake = Promise.withResolvers<void>()
  const asked = new Map<string, number>()
  const llm = await startStandInLlmProxy(({ messages, tools }) => {
    // Steps offer tools, a summary is made without.
    if (stage.jobs && tools) return secondAnswer
    const text = JSON.stringify(messages)
    const times = (asked.get(text) ?? 0) + 1
    asked.set(text, times)
    return times === 1 ? stage.model(awake.promise) : secondAnswer
  })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 })
  const settings = (roles: string) =>
    settingsFor(databaseUrl, llm.url, {
      AGENT_ROLES: roles,
      REDIS_URL: redisUrl,
      JOBS_CONCURRENCY: String(sessions.length),
    })
  const api = await start(settings('api'))
  const client = agentClient(api.url)
  const late = await spawnAgent({
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    LLM_PROXY_URL: llm.url,
    INTERNAL_SERVICE_TOKEN: token,
    AGENT_ROLES: 'worker',
    JOBS_CONCURRENCY: String(sessions.length),
  })
  const count = async (sql: string) =>
    Number((await pool.query<{ n: string }>(`select count(*) as n ${sql}`)).rows[0]!.n)

  if (stage.point !== undefined) await late.arm(stage.point, 'SIGSTOP')
  for (const session of sessions) await client.message(session, `go ${session}`)
  const finished = async (what: 'turn' | 'job') => {
    const state = what === 'turn' ? 'finished' : 'succeeded'
    return (await count(`from ${what} where state = '${state}'`)) === sessions.length
  }
  if (stage.jobs) {
    await until('every turn to end', () => finished('turn'))
    for (const session_id of sessions) {
      const job = { session_id, kind: 'summarize_session' }
      const { status, body } = await client.send('POST', '/api/v1/jobs', job)
      if (status !== 202) throw new Error(`a job was answered ${status}: ${JSON.stringify(body)}`)
    }
    await until('the model to be asked for every summary', () =>
      sessions.every((session) => [...asked.keys()].some((text) => text.includes(`go ${session}`))),
    )
    late.stop()
  } else if (stage.point === undefined) {
    await until('every session to show text', async () => {
      return (await count("from event where kind = 'token'")) === sessions.length
    })
    late.stop()
  } else await until(`${stage.point} to be reached`, () => late.reached(stage.point!))

  const successor = await start(settings('worker'))
  await until(
    'the successor to finish everything',
    () => finished(stage.jobs ? 'job' : 'turn'),
    40_000,
  )
  await successor.stop()
  const before = await snapshot(pool)
  awake.resolve()
  if (stage.leaves) late.signal('SIGTERM')
  late.signal('SIGCONT')
  await until('the late worker to have given up', async () => {
    if (stage.leaves) return late.gone()
    if (stage.jobs) return sumOf(await late.counts()).tried > 0
    return (await count("from bullmq.job where state = 'active'")) === 0
  })
  const after = await snapshot(pool)
  const { tried, committed } = sumOf(await late.counts())
  await late.end()
  await api.stop()
  await pool.end()
  await llm.close()
  return {
    stage: stage.name,
    sessions: sessions.length,
    tried,
    committed,
    differences: differences(before, after),
  }
}
