import { validateHeaderValue } from 'node:http'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { failureOf, maxFailureBytes, unanswered } from '@codelab/runtime/call'
import type { EventStream, StreamListener } from '../relay/relay.ts'
import { createAnswerReader, type AnswerHead } from '@codelab/runtime/answer-reader'

/** All streams are read into the same bytes, one after the other: what was read is used up before the next read. */
const readInto = Buffer.allocUnsafeSlow(64 * 1024)

type Wanted = {
  readonly url: URL
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Until the head of the answer, in milliseconds. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
  readonly listener: StreamListener
}

const requestOf = ({ url, path, headers }: Wanted): string => {
  const lines = Object.entries({ host: url.host, accept: 'text/event-stream', ...headers })
  for (const [name, value] of lines) validateHeaderValue(name, value)
  return [
    `GET ${path} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    'connection: close',
    '\r\n',
  ].join('\r\n')
}

function connect({ url }: Wanted, take: (bytes: Buffer) => void): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (url.protocol === 'https:') {
    const socket = connectTls({ host, port: Number(url.port || 443), servername: host })
    return socket.on('data', take)
  }
  const onread = {
    buffer: readInto,
    callback(count: number) {
      take(readInto.subarray(0, count))
      return true
    },
  }
  return connectTcp({ host, port: Number(url.port || 80), noDelay: true, onread })
}

/**
 * A GET whose answer is read as it comes, on a connection of its own and without a buffer of its own: a gateway holds thousands of them, and
 * most say nothing. Resolves when it is open. Rejects with the other side's failure, with `unavailable`
 * when it is away and `upstream_timeout` when it does not answer in time; on an abort with its reason.
 */
export function openEventStream(wanted: Wanted): Promise<void> {
  const { timeoutMs, signal, listener } = wanted
  const opened = Promise.withResolvers<void>()
  /** Of a stream only that it is one: what its head said is not kept for as long as it lives. */
  let head: AnswerHead | 'stream' | undefined
  /** What an answer says that is no stream. */
  let refusal = ''
  let cause: unknown
  let timedOut = false

  const fail = (error: unknown) => {
    cause ??= error
    socket.destroy()
  }
  const reader = createAnswerReader({
    head(said) {
      head = said.status === 200 ? 'stream' : said
      clearTimeout(timer)
      if (head !== 'stream') return
      listener.opened(stream)
      opened.resolve()
    },
    body(view) {
      if (head === 'stream') listener.bytes(view)
      else if (refusal.length < maxFailureBytes) refusal += view.toString()
    },
    end() {
      socket.destroy()
    },
  })
  const take = (bytes: Buffer) => {
    try {
      reader.push(bytes)
      if (head === 'stream') listener.batch()
    } catch (error) {
      fail(error)
    }
  }
  const socket = connect(wanted, take)
  const timer = setTimeout(() => {
    timedOut = true
    socket.destroy()
  }, timeoutMs)
  const abort = () => void socket.destroy()
  signal.addEventListener('abort', abort, { once: true })
  socket.on('error', (error) => {
    cause ??= error
  })
  socket.once('close', () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    const whole = reader.finish()
    if (head === 'stream')
      return listener.ended(cause ?? (whole ? undefined : new Error('the stream was cut')))
    if (signal.aborted) return opened.reject(signal.reason)
    if (head && whole) return opened.reject(failureOf(head.status, head.headers, refusal))
    opened.reject(unanswered(cause ?? new Error('the connection was cut'), { timedOut }))
  })
  const stream: EventStream = {
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    isPaused: () => socket.isPaused(),
    close: abort,
  }
  if (signal.aborted) abort()
  else socket.write(requestOf(wanted), 'latin1')
  return opened.promise
}
