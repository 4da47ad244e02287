import type { Context } from 'koa'
import type { AgentHealth } from '@codelab/contracts/gateway-agent'
import { answersWithin } from '@codelab/runtime/serve'

const patienceMs = 2_000

/** Asks each dependency at once and in earnest; 503 when one does not answer. */
export const healthHandler =
  (probes: Record<'llm_proxy' | 'postgres' | 'redis', () => Promise<unknown>>) =>
  async (ctx: Context): Promise<void> => {
    const ask = (probe: () => Promise<unknown>) =>
      answersWithin(patienceMs, async () => {
        await probe()
        return true
      })
    const [llm_proxy, postgres, redis] = await Promise.all([
      ask(probes.llm_proxy),
      ask(probes.postgres),
      ask(probes.redis),
    ])
    const healthy = llm_proxy && postgres && redis
    const body: AgentHealth = {
      status: healthy ? 'healthy' : 'unhealthy',
      checks: { agent_runtime: true, llm_proxy, postgres, redis },
    }
    ctx.status = healthy ? 200 : 503
    ctx.body = body
  }
