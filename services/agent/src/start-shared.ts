import { v7 as newId } from 'uuid'
import type { ModelList } from '@codelab/contracts/agent-llm'
import { createTieredCache } from '@codelab/runtime/cache'
import { createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { createPool } from '@codelab/runtime/postgres'
import { createRedis } from '@codelab/runtime/redis'
import { createTracing } from '@codelab/runtime/tracing'
import { createLlmProxy } from './clients/llm-proxy.ts'
import type { Config } from './config.ts'
import { createLocalWorker } from './jobs/local-worker.ts'
import { createBus } from './log/bus.ts'
import type { EventRow } from './log/event-row.ts'
import { createFrameCounter } from './log/frame-counter.ts'
import { createOrm } from './store/orm.ts'
import { createStartAtOnce } from './store/start-at-once.ts'
import { createSessionWork } from './store/session-work.ts'
import { defaultModelOf } from './turn/model-of.ts'
import type { TurnSettings } from './turn/work.ts'

const service = 'agent'
const claimTimeoutMs = 30_000
/** Short in Redis too: the list tells which models answer right now. */
const modelSeconds = { redis: 30, memory: 5 }

/** What both roles are built on. */
export type Shared = Awaited<ReturnType<typeof createShared>>

/** Opens the stores and what rests on them; `close` ends all of it. */
export async function createShared(config: Config) {
  const log = createLog({ service, level: config.LOG_LEVEL })
  const metrics = createMetrics(service)
  const tracing = createTracing({ service, endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, log })
  const pool = createPool({ url: config.DATABASE_URL, log, applicationName: 'codelab-agent' })
  const orm = await createOrm(pool, log)
  const redis = createRedis({ url: config.REDIS_URL, log, name: 'agent' })
  const subscriber = createRedis({ url: config.REDIS_URL, log, name: 'agent-streams' })
  const bus = createBus({ redis, subscriber, log })
  const llm = createLlmProxy({
    url: config.LLM_PROXY_URL,
    token: config.INTERNAL_SERVICE_TOKEN,
    silenceMs: config.LLM_PROXY_SILENCE_MS,
  })
  const countFrames = createFrameCounter(metrics)
  const publish = (sessionId: string, rows: readonly EventRow[]) => {
    countFrames(rows)
    bus.publish(sessionId, rows)
  }
  const settings: TurnSettings = {
    maxSteps: config.MAX_STEPS,
    maxIdenticalCalls: config.MAX_IDENTICAL_CALLS,
    sessionTtlMs: config.SESSION_TTL_S * 1000,
    contextMaxTokens: config.CONTEXT_MAX_TOKENS,
    rules: config.APPROVAL_RULES,
    approvalTimeoutMs: config.APPROVAL_TIMEOUT_S && config.APPROVAL_TIMEOUT_S * 1000,
    claimTimeoutMs,
    defaultModel: () => defaultModelOf(config.DEFAULT_MODEL, newestList),
    jobs: {
      taskMaxSteps: config.TASK_MAX_STEPS,
      attempts: config.JOB_ATTEMPTS,
      backoffMs: config.JOB_BACKOFF_MS,
    },
  }
  const now = () => new Date()
  const localWorker = createLocalWorker()
  let newestList: ModelList | undefined
  const lists = createTieredCache({
    name: 'models',
    ttlSeconds: modelSeconds.redis,
    memorySeconds: modelSeconds.memory,
    max: 1,
    redis,
    metrics,
    load: () => llm.models(),
  })
  return {
    log,
    metrics,
    tracing,
    pool,
    orm,
    redis,
    bus,
    llm,
    publish,
    settings,
    newId,
    localWorker,
    startAtOnce: createStartAtOnce({ pool, settings, publish, localWorker, newId, now }),
    inSession: createSessionWork({ pool, settings, publish, localWorker, newId, now }),
    /** As llm-proxy lists them, in three levels: every step and every new socket asks. */
    models: async () => (newestList = (await lists.get('list')) ?? (await llm.models())),
    async close() {
      // In order, after its last command: what was committed just now is still told to the streams of others.
      await redis.quit().catch(() => redis.disconnect())
      subscriber.disconnect()
      await llm.close()
      await orm.close()
      await pool.end()
      await tracing.stop()
    },
  }
}
