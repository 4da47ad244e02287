import type pg from 'pg'
import type { ModelList } from '@codelab/contracts/agent-llm'
import { internalHeaders } from '@codelab/contracts/gateway-agent'
import { Id } from '@codelab/contracts/ids'
import { Failure } from '@codelab/runtime/failure'
import type { Metrics } from '@codelab/runtime/metrics'
import type { Tracing } from '@codelab/runtime/tracing'
import type { Context } from 'koa'
import type { Connections } from '../log/connections.ts'
import type { Bus } from '../log/bus.ts'
import type { Orm } from '../store/orm.ts'
import type { createStartAtOnce } from '../store/start-at-once.ts'
import type { SessionWork } from '../store/session-work.ts'
import type { TurnSettings } from '../turn/work.ts'

type Gauge = ReturnType<Metrics['gauge']>

/** What handlers are built from. */
export type RouteParts = {
  pool: pg.Pool
  orm: Orm
  inSession: SessionWork
  startAtOnce: ReturnType<typeof createStartAtOnce>
  /** Throws `forbidden` or `not_found` unless the person, or the service itself, may read the session. */
  mayRead: (sessionId: string, userId: string | undefined) => Promise<void>
  forgetOwner: (sessionId: string) => Promise<void>
  models: () => Promise<ModelList>
  bus: Bus
  connections: Connections
  tracing: Tracing
  settings: TurnSettings
  historyLimit: number
  keepAliveMs: number
  now: () => Date
  /** Aborted when the service stops: streams end. */
  stopping: AbortSignal
  streams: Gauge
  onStreamError: (error: unknown) => void
}

/** The socket that this call was made for, if any. */
export function connectionOf(ctx: Context): string | undefined {
  const connection = ctx.get(internalHeaders.connection)
  if (connection === '') return undefined
  if (Id.safeParse(connection).success) return connection
  throw new Failure('invalid_request', {
    message: 'X-Connection-Id is not an id.',
    field: internalHeaders.connection,
  })
}
