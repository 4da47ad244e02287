import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { ClientFrame } from '@codelab/contracts/frames'
import { createWindowCounter } from '../limits/window-counter.ts'
import { endings, type Ending } from './ending.ts'
import { errorFrame } from './frame-errors.ts'
import { createHeartbeat } from './heartbeat.ts'
import { createInbox } from './inbox.ts'
import { createOutbox } from './outbox.ts'
import type { SocketParts } from './parts.ts'
import { within } from '../within.ts'

/** Who handles the frames of a line once it is let in. */
export type Receiver = {
  run(frame: ClientFrame): Promise<void>
  refuse(message: string, inReplyTo: string | undefined): void
}

export type Line = ReturnType<typeof createLine>

/** One for all: an abort without a reason makes an exception with its stack for each. */
const over = new Error('the line has ended')

/** How long a restart waits for the frames already received. */
const finishFramesMs = 2_000

/**
 * One WebSocket with its way in, its way out, its heartbeat and its one end. It listens from the moment it is made and hands frames on once
 * a receiver is there.
 */
export function createLine(
  { settings, metrics, log, now }: Pick<SocketParts, 'settings' | 'metrics' | 'log' | 'now'>,
  ws: WebSocket,
  raw: Socket,
) {
  const closed = new AbortController()
  const counter = createWindowCounter(settings.framesPerMinute)
  let admitted: (() => Receiver) | undefined
  let receiver: Receiver | undefined
  let ending = false

  const received = (): Receiver | undefined => (receiver ??= admitted?.())

  const outbox = createOutbox({
    ws,
    raw,
    onFrames: (count) => metrics.framesOut.inc(count),
    onFlushed: (seconds) => metrics.flushed.observe(seconds),
  })
  const heartbeat = createHeartbeat({
    ws,
    everyMs: settings.heartbeatMs,
    graceMs: settings.heartbeatGraceMs,
    startedAt: now(),
  })
  const mayTake = (): boolean => {
    metrics.framesIn.inc()
    if (ending) return false
    if (counter.take(now())) return true
    outbox.send(errorFrame('rate_limited', 'Too many frames in a minute; wait, then reconnect.'))
    end(endings.rateLimited)
    return false
  }
  const inbox = createInbox({
    ws,
    mayTake,
    onBad: (message, inReplyTo) => received()?.refuse(message, inReplyTo),
    run: (frame) => received()?.run(frame) ?? Promise.resolve(),
  })

  /** The first end counts; what it tells the peer goes out before the close. */
  const end = ({ code, reason, error }: Ending): void => {
    if (ending) return
    ending = true
    if (error) outbox.send(errorFrame(error.code, error.message))
    inbox.stop()
    closed.abort(over)
    ws.close(code, reason)
  }

  ws.on('error', (error) => log.debug({ err: error }, 'socket failed'))
  ws.once('close', (code) => {
    ending = true
    closed.abort(over)
    metrics.closes.inc({ code })
  })

  return {
    outbox,
    end,
    /** Aborted when the line has ended or is ending. */
    closed: closed.signal,
    /** Hands over what came so far, then all that comes; `by` is made with the first of it, since most sockets are quiet at most times. */
    letIn(by: () => Receiver): void {
      admitted = by
      inbox.start()
    },
    /** To be called every now and then: ends a line whose peer reads too slowly, cuts one whose peer is dead. */
    tick(instant: number): void {
      if (outbox.stalledMs(instant) >= settings.slowReaderMs) return end(endings.slowReader)
      if (heartbeat.tick(instant)) return
      if (outbox.bufferedBytes() > 0) end(endings.slowReader)
      else ws.terminate()
    },
    /** Finishes what was received, then ends for a restart. */
    async restart(): Promise<void> {
      inbox.stop()
      await within(finishFramesMs, inbox.idle())
      end(endings.restarting)
    },
  }
}
