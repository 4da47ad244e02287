import type { Build, Workload } from '../child.ts'
import { processes } from '../processes.ts'
import { addressOf } from './addresses.ts'
import {
  forwardedToken,
  internalToken,
  plain,
  redisVariables,
  tokenVariables,
} from './environment.ts'
import { processFor } from './process.ts'

/** The public front door. An Ingress is one proxy in front of it, whose entry in X-Forwarded-For is believed. */
export const gatewayFor: Build<Workload> = (workspace, observed, settings) =>
  processFor(workspace, observed, settings, {
    process: 'gateway',
    variables: [
      plain('GATEWAY_HOST', '0.0.0.0'),
      plain('GATEWAY_PORT', processes.gateway.port!),
      ...redisVariables(workspace),
      plain('AGENT_URL', addressOf(workspace, 'agent')),
      plain('LLM_PROXY_URL', addressOf(workspace, 'llm-proxy')),
      plain('AUTH_URL', addressOf(workspace, 'auth')),
      ...tokenVariables(workspace),
      internalToken(workspace),
      forwardedToken(workspace),
      plain('TRUSTED_PROXY_HOPS', workspace.spec.access?.host ? 1 : 0),
    ],
  })
