import { audienceOf } from '@codelab/contracts/auth'
import { createApp } from '@codelab/runtime/app'
import { type Log, createLog } from '@codelab/runtime/log'
import { createMetrics } from '@codelab/runtime/metrics'
import { createObserver } from '@codelab/runtime/observe'
import type { Running } from '@codelab/runtime/process'
import { rememberVerified } from '@codelab/runtime/remembered-token'
import { listen, startAdmin } from '@codelab/runtime/serve'
import { type VerifyToken, createTokenVerifier } from '@codelab/runtime/token'
import { createTracing } from '@codelab/runtime/tracing'
import { mountApp } from './app.ts'
import type { Config } from './config.ts'
import { createConnections } from './connections/connections.ts'
import { dialectAccess } from './routes/dialect-access.ts'
import type { ModelTable } from './routing/model-table.ts'
import { assemble } from './setup/assemble.ts'
import { keepDiscovering } from './setup/keep-discovering.ts'

const service = 'llm-proxy'
/** How long answers under way have to come to their end. */
const usualFinishMs = 5_000
/** Those that do not are broken off at the vendor, and have so long to tell their readers in form. */
const breakOffMs = 500

const verifierFor = (config: Config, log: Log): VerifyToken | undefined => {
  const { AUTH_URL: auth, ISSUER: issuer, WORKSPACE: workspace } = config
  if (!auth || !issuer || !workspace) return undefined
  return rememberVerified(
    createTokenVerifier({
      jwksUrl: `${auth}/.well-known/jwks.json`,
      issuer,
      audience: audienceOf(workspace),
      cacheSeconds: config.JWKS_CACHE_S,
      log,
    }),
  )
}

/** A name in the settings that nobody serves may come later (an Ollama that is not up yet), so it is said, not refused. */
const warnOfUnknown = (config: Config, table: ModelTable, log: Log): void => {
  const names = [
    config.CODELAB_DEFAULT_MODEL ?? [],
    config.CODELAB_FALLBACK_MODELS ?? [],
    config.CODELAB_PRICES.map(({ model }) => model),
  ].flat()
  for (const model of names) {
    if (!table.find(model)) log.warn({ model }, 'a model of the settings is served by nobody')
  }
}

/** Starts the service. Several may run in one process; they share nothing. */
export const start = async (config: Config): Promise<Running> => {
  const log = createLog({ service, level: config.LOG_LEVEL })
  const metrics = createMetrics(service)
  const tracing = createTracing({ service, endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT, log })
  const connections = createConnections({ connectTimeoutMs: config.LLM_CONNECT_TIMEOUT_MS })
  const observer = createObserver({ log, metrics, tracing, trustIds: true })
  const serviceToken = config.INTERNAL_SERVICE_TOKEN
  const access = dialectAccess(serviceToken, verifierFor(config, log))
  const { table, routes, chat } = await assemble({
    ...{ config, log, metrics, tracing, connections, observer, access },
  })
  const stopDiscovering = await keepDiscovering(table)
  warnOfUnknown(config, table, log)
  const app = mountApp(createApp({ log, metrics, tracing, trustIds: true, observer }), routes, {
    ...{ serviceToken, access, log },
  }).callback()
  const { LLM_PROXY_HOST: host, LLM_PROXY_PORT: port, ADMIN_HOST, ADMIN_PORT } = config
  const server = await listen(
    (request, response) =>
      chat.takes(request) ? chat.answer(request, response) : void app(request, response),
    { host, port, name: service },
  )
  let stopping = false
  const admin = await startAdmin({
    host: ADMIN_HOST,
    port: ADMIN_PORT,
    metrics,
    ready: () => !stopping,
  })
  log.info({ url: server.url, models: table.candidates().length }, 'llm-proxy answers')
  return {
    url: server.url,
    adminUrl: admin.url,
    async stop(drain) {
      stopping = true
      stopDiscovering()
      if (drain) await server.leave(drain.leaveMs)
      const finishMs = drain?.finishMs ?? usualFinishMs
      const patience = setTimeout(() => connections.close(), finishMs)
      await server.close(finishMs + breakOffMs)
      clearTimeout(patience)
      connections.close()
      await tracing.stop()
      await admin.close(0)
    },
  }
}
