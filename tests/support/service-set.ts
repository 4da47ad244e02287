import { randomBytes } from 'node:crypto'
import { Config as AgentConfig } from '@codelab/agent/config'
import { start as startAgent } from '@codelab/agent/start'
import { Config as AuthConfig } from '@codelab/auth/config'
import { start as startAuth } from '@codelab/auth/start'
import { Config as GatewayConfig } from '@codelab/gateway/config'
import { start as startGateway } from '@codelab/gateway/start'
import { Config as LlmProxyConfig } from '@codelab/llm-proxy/config'
import { start as startLlmProxy } from '@codelab/llm-proxy/start'
import { readSettings } from '@codelab/runtime/settings'
import { freePorts } from '@codelab/standalone/stores/free-port'

type Env = Record<string, string>
type Stores = { readonly agentUrl: string; readonly authUrl: string; readonly redisUrl: string }

type Urls = { readonly auth: string; readonly llmProxy: string; readonly agent: string }

/** One workspace whose services a test starts as often as it likes; all share one public address, keys and stores. */
export async function workspaceSettings(stores: Stores, demoUrl: string) {
  const [front] = await freePorts(1)
  const issuer = `http://127.0.0.1:${front}`
  const shared: Env = {
    REDIS_URL: stores.redisUrl,
    WORKSPACE: 'local/dev',
    ISSUER: issuer,
    INTERNAL_SERVICE_TOKEN: randomBytes(16).toString('hex'),
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    LOG_LEVEL: 'fatal',
  }
  const local = (name: string, port = 0): Env => ({
    [`${name}_HOST`]: '127.0.0.1',
    [`${name}_PORT`]: String(port),
  })
  const auth: Env = {
    ...shared,
    ...local('AUTH'),
    DATABASE_URL: stores.authUrl,
    KEY_ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    COOKIE_KEYS: randomBytes(32).toString('hex'),
  }
  const llmProxy = (authUrl: string): Env => ({
    ...shared,
    ...local('LLM_PROXY'),
    AUTH_URL: authUrl,
    DEMO_MODEL_URL: `${demoUrl}/v1`,
  })
  const agent = (llmProxyUrl: string): Env => ({
    ...shared,
    ...local('AGENT'),
    DATABASE_URL: stores.agentUrl,
    LLM_PROXY_URL: llmProxyUrl,
  })
  /** The first one listens at the workspace's address. */
  const gateway = (urls: Urls, first: boolean): Env => ({
    ...shared,
    ...local('GATEWAY', first ? front : 0),
    AUTH_URL: urls.auth,
    LLM_PROXY_URL: urls.llmProxy,
    AGENT_URL: urls.agent,
  })
  return {
    /** What each service reads, for those that run as processes of their own. */
    env: { auth, llmProxy, agent, gateway },
    startAuth: () => startAuth(readSettings(AuthConfig, auth)),
    startLlmProxy: (authUrl: string) =>
      startLlmProxy(readSettings(LlmProxyConfig, llmProxy(authUrl))),
    startAgent: (llmProxyUrl: string) => startAgent(readSettings(AgentConfig, agent(llmProxyUrl))),
    startGateway: (urls: Urls, first: boolean) =>
      startGateway(readSettings(GatewayConfig, gateway(urls, first))),
  }
}
