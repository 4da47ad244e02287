import type { Context } from 'koa'
import type { LiveFrame, LogFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import { openEventStream } from '@codelab/runtime/sse'
import { followSession, type Sink } from '../log/session-stream.ts'
import { readEvents } from '../store/read-events.ts'
import { foreignSession } from '../store/session-work.ts'
import { readLogEnds, readStreamStart } from '../store/stream-start.ts'
import { connectionOf, type RouteParts } from './parts.ts'

type Wanted = {
  sessionId: string
  userId: string | undefined
  after: number | undefined
  ctx: Context
}

/** Answers with the session's frames as server-sent events; without a cursor with the latest turn, ending with it. */
export async function streamSession(parts: RouteParts, wanted: Wanted): Promise<void> {
  const { pool, bus, connections, stopping, streams, keepAliveMs } = parts
  const { sessionId, userId, ctx } = wanted
  const connection = connectionOf(ctx)
  const start = await readStreamStart(pool, sessionId)
  if (!start) throw new Failure('not_found', { message: `There is no session ${sessionId}.` })
  if (userId !== undefined && start.userId !== userId) throw foreignSession()

  const latest = wanted.after === undefined ? start.latestTurn : undefined
  const events = openEventStream(ctx, { keepAliveMs })
  const live = (frame: LiveFrame) => events.send({ data: JSON.stringify(frame) })
  const sink: Sink = {
    signal: AbortSignal.any([events.signal, stopping]),
    frame: (frame: LogFrame) => events.send({ id: String(frame.seq), data: JSON.stringify(frame) }),
    status: (state) => live({ type: 'status', state }),
    error: (note) => live({ type: 'error', ...note }),
  }
  const leave = connections.enter(connection)
  streams.inc()
  const follow = followSession(
    {
      bus,
      read: (id, after, limit) => readEvents(pool, id, after, limit),
      exists: async (id) => (await readLogEnds(pool, [id])).has(id),
    },
    {
      sessionId,
      after: Math.min(wanted.after ?? latest?.after ?? start.lastSeq, start.lastSeq),
      progress: start.progress,
      // A session without a turn waits for its first one.
      ...(wanted.after === undefined && {
        endsWith: (turnId: string) => turnId === (latest?.id ?? turnId),
      }),
      sink,
    },
  )
  // The answer has begun: what fails now ends the stream, and the reader comes back with its cursor.
  follow.catch(parts.onStreamError).finally(() => {
    leave()
    streams.dec()
    events.end()
  })
}
