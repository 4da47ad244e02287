import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Context } from 'koa'

export type ServerEvent = { readonly id?: string; readonly data: string }

export type EventStream = {
  /** Resolves when the reader has room again; a reader that has gone makes it return at once. */
  send(event: ServerEvent): Promise<void>
  end(): void
  /** Aborted when the reader has gone. */
  readonly signal: AbortSignal
}

const encode = ({ id, data }: ServerEvent) =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`

/** Answers with a stream of server-sent events; `data` must hold no line feed (JSON does not). Comments keep it alive. */
export function openEventStream(ctx: Context, { keepAliveMs = 15_000 } = {}): EventStream {
  const gone = new AbortController()
  const body = new PassThrough({ highWaterMark: 64 * 1024 })
  ctx.status = 200
  ctx.set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
    // The reader that opens its stream again elsewhere must not come back on this connection: its server may be ending.
    Connection: 'close',
  })
  ctx.body = body
  ctx.res.socket?.setNoDelay(true)
  ctx.flushHeaders()
  const keepAlive = setInterval(
    () => body.writableLength === 0 && body.write(': keep-alive\n\n'),
    keepAliveMs,
  )
  ctx.res.once('close', () => {
    clearInterval(keepAlive)
    gone.abort()
    body.destroy()
  })
  body.on('error', () => gone.abort())

  return {
    signal: gone.signal,
    async send(event) {
      if (gone.signal.aborted || body.write(encode(event))) return
      await once(body, 'drain', { signal: gone.signal }).catch(() => undefined)
    },
    end() {
      clearInterval(keepAlive)
      body.end()
    },
  }
}

/** Reads server-sent events; ends with the body, throws what the body throws. Comments are left out. */
export async function* readEventStream(body: Readable): AsyncGenerator<EventSourceMessage> {
  const ready: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => ready.push(event) })
  const decoder = new TextDecoder()
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    for (const event of ready.splice(0)) yield event
  }
}
