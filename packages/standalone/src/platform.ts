import { setTimeout as pause } from 'node:timers/promises'
import { start as startAgent } from '@codelab/agent/start'
import { Config as AgentConfig } from '@codelab/agent/config'
import { start as startAuth } from '@codelab/auth/start'
import { Config as AuthConfig } from '@codelab/auth/config'
import { SealBroken } from '@codelab/auth/keys/seal'
import { ModelList } from '@codelab/contracts/agent-llm'
import { startDemoModel } from '@codelab/demo-model/server'
import { start as startGateway } from '@codelab/gateway/start'
import { Config as GatewayConfig } from '@codelab/gateway/config'
import { start as startLlmProxy } from '@codelab/llm-proxy/start'
import { Config as LlmProxyConfig } from '@codelab/llm-proxy/config'
import { createLog } from '@codelab/runtime/log'
import { StartError, type Running } from '@codelab/runtime/process'
import { readSettings } from '@codelab/runtime/settings'
import type { Ready } from './announce.ts'
import { openDataFolder } from './data-folder.ts'
import { ensureFirstUser } from './first-user.ts'
import { choosePorts, host, serviceSettings, workspace, type Env } from './service-settings.ts'
import type { Settings } from './settings.ts'
import { openStores } from './stores/open-stores.ts'

export type Platform = {
  readonly ready: Ready
  readonly data: string
  readonly defaultModel: string
  stop(): Promise<void>
}

/** Waits until the gateway says that all of it works. */
async function untilHealthy(gateway: string): Promise<void> {
  const end = performance.now() + 30_000
  for (;;) {
    const response = await fetch(`${gateway}/health`).catch(() => undefined)
    if (response?.ok) return void (await response.arrayBuffer())
    if (performance.now() > end) {
      const { checks } = ((await response?.json()) ?? {}) as { checks?: object }
      throw new StartError(
        `not every part answers: ${JSON.stringify(checks ?? 'the gateway is silent')}`,
      )
    }
    await pause(25)
  }
}

/** Here the key is a file of the data folder, so that is what a person can mend. */
function databaseOfAnotherFolder(error: unknown): never {
  if (!(error instanceof StartError && error.cause instanceof SealBroken)) throw error
  throw new StartError(
    'the database was set up with another data folder, whose keys it needs: give --data that folder, or DATABASE_URL an empty database',
    { cause: error },
  )
}

async function readModels(llmProxy: string, token: string) {
  const response = await fetch(`${llmProxy}/api/v1/models`, {
    headers: { authorization: `Bearer ${token}`, 'x-service-name': 'standalone' },
  })
  return ModelList.parse(await response.json())
}

/** Starts everything on this machine and tells where it answers. On failure all that had started is stopped again. */
export async function startPlatform(
  settings: Settings,
  env: Env,
  say: (line: string) => void,
): Promise<Platform> {
  const log = createLog({ service: 'standalone', level: settings.LOG_LEVEL })
  await using opened = new AsyncDisposableStack()
  const folder = await openDataFolder(settings.CODELAB_DATA)
  opened.defer(() => folder.release())
  const stores = await openStores({
    settings,
    folder,
    say,
    log,
    onStarted: (stop) => opened.defer(stop),
  })
  const demo = await startDemoModel({ host, port: 0 })
  opened.defer(() => demo.close())

  const ports = await choosePorts(settings)
  const own = serviceSettings({ env, ports, stores, secrets: folder.secrets, demoUrl: demo.url })
  const running = async (start: () => Promise<Running>) => {
    const service = await start()
    opened.defer(() => service.stop())
    return service
  }
  const auth = await running(() =>
    startAuth(readSettings(AuthConfig, own.auth)).catch(databaseOfAnotherFolder),
  )
  const llmProxy = await running(() => startLlmProxy(readSettings(LlmProxyConfig, own.llmProxy)))
  const agent = await running(() => startAgent(readSettings(AgentConfig, own.agent)))
  const gateway = await running(() => startGateway(readSettings(GatewayConfig, own.gateway)))

  await ensureFirstUser(stores.authUrl, folder.secrets)
  await untilHealthy(gateway.url)
  const models = await readModels(llmProxy.url, own.gateway.INTERNAL_SERVICE_TOKEN)
  const wished = settings.CODELAB_DEFAULT_MODEL
  if (wished !== undefined && models.default !== wished)
    say(`No provider serves ${wished} (CODELAB_DEFAULT_MODEL) yet; messages fail until one does.`)
  await folder.writeState({
    workspace,
    issuer: gateway.url,
    database_url: stores.agentUrl,
    auth_database_url: stores.authUrl,
    redis_url: stores.redisUrl,
    key_encryption_key: own.auth.KEY_ENCRYPTION_KEY,
    cookie_keys: [own.auth.COOKIE_KEYS],
  })
  const started = opened.move()
  return {
    ready: {
      gateway: gateway.url,
      agent: agent.url,
      llm_proxy: llmProxy.url,
      auth: auth.url,
      admin: {
        gateway: gateway.adminUrl,
        agent: agent.adminUrl,
        llm_proxy: llmProxy.adminUrl,
        auth: auth.adminUrl,
      },
      username: folder.secrets.username,
      password: folder.secrets.password,
      workspace,
      models: models.models.map(({ id }) => id),
    },
    data: folder.path,
    defaultModel: wished ?? models.default ?? 'codelab-demo',
    stop: () => started.disposeAsync(),
  }
}
