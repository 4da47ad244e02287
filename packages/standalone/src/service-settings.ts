import type { Secrets } from './data-folder.ts'
import type { Settings } from './settings.ts'
import { freePorts } from './stores/free-port.ts'
import type { Stores } from './stores/open-stores.ts'

export type Env = Record<string, string | undefined>

/** Nothing listens beyond this machine. */
export const host = '127.0.0.1'
export const workspace = 'local/dev'

/** The ports of the services; 0 becomes a free one before anything starts, since tokens name the gateway's address. */
export async function choosePorts(settings: Settings) {
  const [gateway, agent, llmProxy, auth] = await freePorts(4)
  return {
    gateway: settings.CODELAB_GATEWAY_PORT || gateway!,
    agent: settings.CODELAB_AGENT_PORT || agent!,
    llmProxy: settings.CODELAB_LLM_PROXY_PORT || llmProxy!,
    auth: settings.CODELAB_AUTH_PORT || auth!,
  }
}
type Ports = Awaited<ReturnType<typeof choosePorts>>

type Parts = { env: Env; ports: Ports; stores: Stores; secrets: Secrets; demoUrl: string }

/** What each service reads of its environment: the person's variables, and over them what this machine decides. */
export function serviceSettings({ env, ports, stores, secrets, demoUrl }: Parts) {
  const url = (port: number) => `http://${host}:${port}`
  const shared = {
    ...env,
    REDIS_URL: stores.redisUrl,
    WORKSPACE: workspace,
    ISSUER: url(ports.gateway),
    INTERNAL_SERVICE_TOKEN: env['INTERNAL_SERVICE_TOKEN'] || secrets.internal_token,
    FORWARDED_TOKEN: secrets.forwarded_token,
    GATEWAY_HOST: host,
    GATEWAY_PORT: String(ports.gateway),
    AGENT_HOST: host,
    AGENT_PORT: String(ports.agent),
    AGENT_URL: url(ports.agent),
    LLM_PROXY_HOST: host,
    LLM_PROXY_PORT: String(ports.llmProxy),
    LLM_PROXY_URL: url(ports.llmProxy),
    AUTH_HOST: host,
    AUTH_PORT: String(ports.auth),
    AUTH_URL: url(ports.auth),
    ADMIN_HOST: host,
    ADMIN_PORT: '0',
    LOG_LEVEL: env['LOG_LEVEL'] || 'warn',
  }
  return {
    auth: {
      ...shared,
      DATABASE_URL: stores.authUrl,
      KEY_ENCRYPTION_KEY: secrets.key_encryption_key,
      COOKIE_KEYS: secrets.cookie_key,
      TRUSTED_PROXIES: host,
    },
    llmProxy: { ...shared, DEMO_MODEL_URL: `${demoUrl}/v1` },
    agent: {
      ...shared,
      DATABASE_URL: stores.agentUrl,
      AGENT_ROLES: 'api,worker',
      DEFAULT_MODEL: env['CODELAB_DEFAULT_MODEL'],
    },
    gateway: shared,
  }
}
