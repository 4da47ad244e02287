import { randomUUID } from 'node:crypto'
import { type Log, logOfPlainFields } from '@codelab/runtime/log'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Observer } from '@codelab/runtime/observe'
import type { Tracing } from '@codelab/runtime/tracing'
import type { AppRoutes } from '../app.ts'
import { createCompletions } from '../completion/completions.ts'
import { createEmbeddings } from '../completion/embed.ts'
import type { Config } from '../config.ts'
import type { Connections } from '../connections/connections.ts'
import { type ChatCompletions, chatCompletions } from '../routes/chat-completions.ts'
import { completionRoute } from '../routes/completion.ts'
import type { DialectAccess } from '../routes/dialect-access.ts'
import { dialectEmbeddings } from '../routes/dialect-embeddings.ts'
import { dialectModels } from '../routes/dialect-models.ts'
import { embeddingsRoute } from '../routes/embeddings.ts'
import { health } from '../routes/health.ts'
import { modelsRoute } from '../routes/models.ts'
import { type Breakers, createBreakers } from '../routing/breakers.ts'
import { type ModelTable, createModelTable } from '../routing/model-table.ts'
import { pricesOf } from '../routing/prices.ts'
import { createRetryBudgets } from '../routing/retry-budget.ts'
import { createTryChain } from '../routing/try-chain.ts'
import { type Meter, createMeter } from '../usage/meter.ts'
import { createUsage } from '../usage/record.ts'
import { createProvider } from './create-provider.ts'
import { defaultModelOf } from './default-model.ts'
import { discoveryLog } from './keep-discovering.ts'
import { fallbacksOf, providersOf } from './providers-of.ts'
import { servedModels } from './served-models.ts'

export type Parts = {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly tracing: Tracing
  readonly connections: Connections
  readonly observer: Observer
  readonly access: DialectAccess
}

const now = Date.now

const tableFor = async ({ config, log, connections }: Parts): Promise<ModelTable> => {
  const timeouts = {
    firstPartMs: config.LLM_TIMEOUT_MS,
    stallMs: config.LLM_STALL_TIMEOUT_MS ?? config.LLM_TIMEOUT_MS,
    wholeMs: config.LLM_WHOLE_TIMEOUT_MS,
  }
  const list = await providersOf(config)
  const contextTokens = config.OLLAMA_CONTEXT_TOKENS
  const served = list.map((settings) => ({
    provider: createProvider(settings, { connections, timeouts, now, log, contextTokens }),
    models: servedModels(settings, contextTokens),
  }))
  return createModelTable(served, { now, onRefreshed: discoveryLog(list, log) })
}

const breakersFor = ({ config }: Parts, meter: Meter): Breakers =>
  createBreakers({
    failures: config.BREAKER_FAILURES,
    recoveryMs: config.BREAKER_RECOVERY_S * 1000,
    now,
    onChange: meter.breakerChanged,
  })

/** Puts the parts of one instance together: the model table and the routes over it. */
export const assemble = async (
  parts: Parts,
): Promise<{ table: ModelTable; routes: AppRoutes; chat: ChatCompletions }> => {
  const { config, log, metrics, tracing, observer, access } = parts
  const meter = createMeter(metrics)
  const table = await tableFor(parts)
  const breakers = breakersFor(parts, meter)
  const { LLM_RETRY_ATTEMPTS: attempts, LLM_RETRY_MIN_MS: minMs, LLM_RETRY_MAX_MS: maxMs } = config
  const deps = {
    table,
    fallbacks: fallbacksOf(config),
    tracing,
    breakers,
    beginUsage: createUsage({ say: logOfPlainFields(log), meter, now }),
    tryChain: createTryChain({
      breakers,
      budgets: createRetryBudgets(now),
      retry: { attempts, minMs, maxMs },
      random: Math.random,
      events: meter.events,
    }),
  }
  const embed = createEmbeddings(deps)
  const maxBodyBytes = config.MAX_BODY_BYTES
  const completions = createCompletions(deps)
  const streaming = { completions, meter, log, keepAliveMs: config.KEEP_ALIVE_MS, maxBodyBytes }
  const defaultModel = defaultModelOf(table, config.CODELAB_DEFAULT_MODEL)
  const { CODELAB_PRICES, CODELAB_CURRENCY: currency } = config
  const prices = pricesOf(table, { prices: CODELAB_PRICES, currency })
  const routes: AppRoutes = {
    internal: [
      completionRoute(streaming),
      modelsRoute({ table, breakers, defaultModel, prices }),
      embeddingsRoute({ embed, maxBodyBytes }),
    ],
    dialect: {
      embeddings: dialectEmbeddings({ embed, maxBodyBytes }),
      models: dialectModels(table),
    },
    health: health({ table, breakers }),
  }
  const chat = chatCompletions({ ...streaming, observer, access, newId: randomUUID, now })
  return { table, routes, chat }
}
