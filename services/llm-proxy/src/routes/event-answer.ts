import type { ServerResponse } from 'node:http'
import { type OpenStream, pour } from '../completion/open-stream.ts'
import type { UsageRecord } from '../usage/record.ts'
import { openBody } from './answer-body.ts'

const eventHeaders = [
  ...['content-type', 'text/event-stream; charset=utf-8'],
  ...['cache-control', 'no-store'],
  ...['x-accel-buffering', 'no'],
]

type Events<Piece> = {
  /** The events of a piece, framed; empty when there are none. */
  readonly encode: (piece: Piece) => string | Buffer
  /** The last event of an answer that broke off. */
  readonly broken: (reason: unknown) => string
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal
  readonly record: UsageRecord
  readonly keepAliveMs: number
  /** Names and values in turn. */
  readonly headers?: readonly string[]
}

/**
 * Answers with events: each piece is one write, be it many tokens that came together or a vendor's own bytes (which is why this is not
 * `openEventStream`), in the turn of the loop in which it came. A caller who reads slowly makes the vendor wait; comments keep an idle
 * connection alive. Ends the usage record; resolves at the end.
 */
export const answerWithEvents = <Piece>(
  response: ServerResponse,
  stream: OpenStream<Piece>,
  { encode, broken, signal, record, keepAliveMs, headers = [] }: Events<Piece>,
): Promise<void> =>
  new Promise((resolve) => {
    response.writeHead(200, [...headers, ...eventHeaders])
    const body = openBody(response, stream.flow.resume)
    const keepAlive = setInterval(() => {
      if (!body.isFull()) body.write(': keep-alive\n\n')
    }, keepAliveMs)
    const end = (outcome: 'completed' | 'broken' | 'cancelled'): void => {
      clearInterval(keepAlive)
      body.release()
      record.end(outcome)
      if (!signal.aborted) response.end()
      resolve()
    }
    pour(stream, {
      take(piece) {
        const events = encode(piece)
        if (events.length === 0) return true
        keepAlive.refresh()
        return body.write(events)
      },
      ended: () => end('completed'),
      failed(reason) {
        if (signal.aborted) return end('cancelled')
        body.write(broken(reason))
        end('broken')
      },
    })
  })
