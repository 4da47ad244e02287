import type { Log } from '@codelab/runtime/log'
import type { VerifyToken } from '@codelab/runtime/token'
import type { Tracing } from '@codelab/runtime/tracing'
import type { Agent } from '../clients/agent.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { SessionStore } from '../sessions/session-store.ts'
import type { SocketMetrics } from './metrics.ts'
import type { SocketRegistry } from './registry.ts'

/** Numbers of a socket's life; times in milliseconds. */
export type SocketSettings = {
  readonly sessionTtlSeconds: number
  readonly framesPerMinute: number
  readonly messagesPerMinute: number
  readonly tokenGraceMs: number
  readonly slowReaderMs: number
  readonly heartbeatMs: number
  readonly heartbeatGraceMs: number
  readonly streamSilenceMs: number
}

/** What every socket uses. */
export type SocketParts = {
  readonly agent: Agent
  /** Refuses what may not open a socket. */
  readonly verify: VerifyToken
  readonly store: SessionStore
  readonly registry: SocketRegistry
  readonly limiters: { readonly session: Limiter; readonly user: Limiter }
  readonly settings: SocketSettings
  readonly metrics: SocketMetrics
  readonly tracing: Tracing
  readonly log: Log
  readonly newId: () => string
  readonly now: () => number
}
