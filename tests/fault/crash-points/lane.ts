import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { token } from '../../support/agent-under-test.ts'
import { startStandInLlmProxy } from '../../support/stand-in-llm-proxy.ts'
import { until } from '../../support/until.ts'
import { spawnAgent, type AgentProcess } from '../boundaries/spawn-agent.ts'
import { createTalkClient, type TalkClient } from './client.ts'
import { readHistory, type History } from './history.ts'
import { violationsOf } from './invariants.ts'
import { talkScript } from './model.ts'
import type { Point, Topology } from './points.ts'
import { holdTalk, type Moments } from './talk.ts'

export type Played = {
  readonly point: Point
  readonly reached: boolean
  readonly violations: readonly string[]
  readonly milliseconds: number
}

type Stores = { readonly databaseUrl: string; readonly redisUrl: string }

const rolesOf: Record<Topology, readonly string[]> = {
  one: ['api,worker'],
  two: ['api,worker', 'api,worker'],
  split: ['worker', 'api'],
}

/** One database with its agents, on which points are played one after the other; agents that survive a point serve the next. */
export async function openLane({ databaseUrl, redisUrl }: Stores, topology: Topology) {
  const llm = await startStandInLlmProxy(talkScript())
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3 })
  pool.on('error', () => undefined)
  const roles = rolesOf[topology]
  const all: AgentProcess[] = []
  const start = async (role: string) => {
    const agent = await spawnAgent({
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      LLM_PROXY_URL: llm.url,
      INTERNAL_SERVICE_TOKEN: token,
      AGENT_ROLES: role,
    })
    all.push(agent)
    return agent
  }
  /** The first is the one that is ended. */
  const living: AgentProcess[] = []
  const fill = async () => {
    for (const [at, role] of roles.entries()) {
      if (!living[at] || living[at].gone()) living[at] = await start(role)
    }
  }
  /** The agent that is to end at the point; none yet for an empty name. */
  const arm = async (point: string): Promise<AgentProcess> => {
    for (;;) {
      await fill()
      const agent = living[0]!
      if (point !== '') await agent.arm(point)
      if (!agent.gone()) return agent
    }
  }
  const address = () => living.find((agent) => !agent.gone() && agent.url.includes('http'))?.url

  const check = async (
    sessionId: string,
    client: TalkClient,
    more: Pick<History, 'settled' | 'requests'>,
  ) => {
    const ledger = structuredClone(client.ledger)
    return violationsOf(await readHistory(pool, sessionId, { ...more, ledger }))
  }

  /** Waits until the log has been read to its end and nothing is due. */
  const settled = (sessionId: string, client: TalkClient) =>
    until(`${sessionId} to come to rest`, async () => {
      const { rows } = await pool.query<{ last_seq: string; due: boolean }>(
        'select last_seq, turn_id is not null as due from session_head where session_id = $1',
        [sessionId],
      )
      return rows[0]?.due === false && Number(rows[0].last_seq) === client.ledger.frames.length
    })

  const momentsFor = (point: Point, sessionId: string): Moments => {
    if (point.moment === undefined) return {}
    const victim = living[0]!
    const ended = () =>
      until(
        `${point.name} to be reached`,
        () => living[0]!.reached(point.name) || living[0] !== victim,
        40_000,
      )
    if (point.operation === 'park') {
      return {
        async streaming() {
          victim.signal('SIGTERM')
          await until('the agent to end', victim.gone)
        },
      }
    }
    if (point.moment === 'job') return { job: () => living[0]!.arm(point.name) }
    if (point.operation !== 'requeueing') return { [point.moment]: ended }
    return {
      async streaming() {
        await victim.end('SIGKILL')
        await until('its successor', () => living[0] !== victim && !living[0]!.gone(), 30_000)
        await until('its lease to end', async () => {
          const { rows } = await pool.query(
            'select 1 from lease where session_id = $1 and until > now()',
            [sessionId],
          )
          return rows.length === 0
        })
        await living[0]!.arm(point.name)
      },
    }
  }

  return {
    topology,
    async play(point: Point): Promise<Played> {
      const began = performance.now()
      const sessionId = randomUUID()
      const asked = llm.requests.length
      const armed = await arm(
        ['requeueing', 'job-take'].includes(point.operation) ? '' : point.name,
      )
      const client = createTalkClient({
        sessionId,
        address: () => address() ?? 'http://127.0.0.1:1',
      })
      const violations: string[] = []
      let over = false
      const victims = [armed]
      const replace = (async () => {
        while (!over) {
          const lost = roles.findIndex((_, at) => living[at]!.gone())
          if (lost < 0) {
            await new Promise((resolve) => setTimeout(resolve, 5))
            continue
          }
          const requests = llm.requests.slice(asked)
          const there = await pool.query('select 1 from session_head where session_id = $1', [
            sessionId,
          ])
          if (there.rows.length > 0) {
            violations.push(...(await check(sessionId, client, { settled: false, requests })))
          }
          if (topology === 'two') living.reverse()
          await fill()
          victims.push(living[0]!)
        }
      })().catch((error: unknown) => void violations.push(`replacing: ${String(error)}`))
      try {
        await holdTalk(client, sessionId, momentsFor(point, sessionId))
        await settled(sessionId, client)
        const requests = llm.requests.slice(asked)
        violations.push(...(await check(sessionId, client, { settled: true, requests })))
      } catch (error) {
        violations.push(`outcome: ${(error as Error).message}`)
      } finally {
        over = true
        await replace
        await client.close()
      }
      const hit = victims.find((agent) => agent.reached(point.name))
      // A point at the very end of a talk is reached just now.
      await hit?.end()
      return {
        point,
        reached: hit !== undefined,
        violations,
        milliseconds: performance.now() - began,
      }
    },
    /** Operations that any agent of the lane came past. */
    passed: () => [...new Set(all.flatMap((agent) => agent.passed()))],
    async close(): Promise<void> {
      await Promise.all(living.map((agent) => agent.end()))
      await pool.end()
      await llm.close()
    },
  }
}
