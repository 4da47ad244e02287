import type Router from '@koa/router'
import { AgentHealth } from '@codelab/contracts/gateway-agent'
import type { Health } from '@codelab/contracts/client-gateway'
import type { Redis } from '@codelab/runtime/redis'
import { answersWithin } from '@codelab/runtime/serve'
import { request } from 'undici'

const patienceMs = 2_000

type AgentChecks = AgentHealth['checks']

/** The agent's own word, or nothing when it does not give one in time. A 503 speaks too. */
async function askAgent(agentUrl: string): Promise<AgentChecks | undefined> {
  const { body } = await request(`${agentUrl}/health`, {
    signal: AbortSignal.timeout(patienceMs),
    headersTimeout: patienceMs,
  })
  return AgentHealth.safeParse(await body.json()).data?.checks
}

/** Asks every dependency, in parallel and for at most 2 s; those who ask meanwhile get the same answer. */
export function createHealthCheck({ agentUrl, redis }: { agentUrl: string; redis: Redis }) {
  const check = async (): Promise<Health> => {
    const [agent, redisAnswers] = await Promise.all([
      askAgent(agentUrl).catch(() => undefined),
      answersWithin(patienceMs, async () => (await redis.ping()) === 'PONG'),
    ])
    const checks = {
      gateway: true,
      agent_runtime: agent?.agent_runtime ?? false,
      llm_proxy: agent?.llm_proxy ?? false,
      postgres: agent?.postgres ?? false,
      redis: redisAnswers && (agent?.redis ?? true),
    }
    const healthy = Object.values(checks).every(Boolean)
    return { status: healthy ? 'healthy' : 'unhealthy', checks }
  }
  let running: Promise<Health> | undefined
  return (): Promise<Health> => {
    running ??= check().finally(() => {
      running = undefined
    })
    return running
  }
}

/** `/health` for people, `/livez` and `/readyz` for supervisors; open to all. */
export function mountHealth(
  router: Router,
  { check, isReady }: { check: () => Promise<Health>; isReady: () => boolean },
): void {
  router.get('/health', async (ctx) => {
    const health = await check()
    ctx.status = health.status === 'healthy' ? 200 : 503
    ctx.set('Cache-Control', 'no-store')
    ctx.body = health
  })
  router.get('/livez', (ctx) => {
    ctx.body = 'ok\n'
  })
  router.get('/readyz', (ctx) => {
    ctx.status = isReady() ? 200 : 503
    ctx.body = isReady() ? 'ok\n' : 'not ready\n'
  })
}
