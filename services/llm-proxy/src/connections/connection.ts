import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type AnswerHead, createAnswerReader } from '@codelab/runtime/answer-reader'
import { writeTogether } from '../one-write.ts'
import type { Origin } from './origin.ts'

/** Who waits for an answer. Nothing is called any more after `ended` or `failed`. */
export type AnswerListener = {
  head(head: AnswerHead): void
  /** All that came of the body in one read, in bytes of its own. */
  body(bytes: Buffer): void
  ended(): void
  failed(error: Error): void
}

/** One connection to a vendor with one request under way at most. */
export type Connection = {
  /** `lines` are those of the request's head, the last one's break included, without its body's length. */
  send(lines: string, body: Buffer, listener: AnswerListener): void
  pause(): void
  resume(): void
  /** Cuts it; who waits hears it as a failure. */
  destroy(error: Error): void
}

type Owner = {
  readonly connectTimeoutMs: number
  /** The answer is over and another request may follow; `keepAlive` is what its header of that name says. */
  readonly idle: (connection: Connection, keepAlive: string | undefined) => void
  readonly closed: (connection: Connection) => void
}

/** All connections are read into the same bytes, one after the other. */
const readInto = Buffer.allocUnsafeSlow(64 * 1024)
/** As long as those of a load balancer between here and a vendor live at least. */
const probeAfterMs = 60_000

const withCode = (code: string, message: string): Error =>
  Object.assign(new Error(message), { code })

const connect = (
  { host, port, secure, tls }: Origin,
  take: (bytes: Buffer) => void,
  opened: () => void,
): Socket => {
  const way = { host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: probeAfterMs }
  if (!secure) {
    const callback = (count: number): boolean => {
      take(readInto.subarray(0, count))
      return true
    }
    return connectTcp({ ...way, onread: { buffer: readInto, callback } }, opened)
  }
  const socket = connectTls(
    {
      ...way,
      servername: isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      ...(tls.session && { session: tls.session }),
    },
    opened,
  )
  socket.on('session', (session) => (tls.session = session))
  return socket.on('data', take)
}

/** Opens a connection; a request may be sent at once. It is there for good: TCP's end, an error or a broken answer close it. */
export const openConnection = (
  origin: Origin,
  { connectTimeoutMs, idle, closed }: Owner,
): Connection => {
  let listener: AnswerListener | undefined
  let head: AnswerHead | undefined
  let views: Buffer[] = []
  let answered = false
  let cause: Error | undefined

  const reader = createAnswerReader({
    head(said) {
      head = said
      listener?.head(said)
    },
    body: (view) => void views.push(view),
    end() {
      answered = true
    },
  })

  /** Made free before its listener hears of the end, who may want to send the next request. */
  const release = (isClean: boolean): AnswerListener | undefined => {
    const [told, said] = [listener, head]
    listener = head = undefined
    answered = false
    reader.again()
    // An answer that came before its request was sent leaves the rest of the request on the connection.
    const isFree = isClean && said?.persistent === true && socket.writableLength === 0
    if (!isFree || socket.destroyed) socket.destroy()
    else {
      if (socket.isPaused()) socket.resume()
      idle(connection, said.headers['keep-alive'])
    }
    return told
  }

  const takeBody = (): Buffer | undefined => {
    const [first] = views
    if (!first) return undefined
    const came = views.length === 1 ? Buffer.from(first) : Buffer.concat(views)
    views = []
    return came
  }

  const take = (bytes: Buffer): void => {
    // Nobody has asked for it.
    if (!listener) return void socket.destroy()
    let isClean = false
    try {
      isClean = reader.push(bytes)
      const came = takeBody()
      if (came) listener.body(came)
    } catch (error) {
      return void socket.destroy(error as Error)
    }
    if (answered) release(isClean)?.ended()
  }

  const socket = connect(origin, take, () => clearTimeout(patience))
  const patience = setTimeout(
    () => socket.destroy(withCode('ETIMEDOUT', 'the connection was not opened in time')),
    connectTimeoutMs,
  )
  const connection: Connection = {
    send(lines, body, to) {
      listener = to
      writeTogether(socket, `${lines}content-length: ${body.length}\r\n\r\n`, body)
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    destroy: (error) => void socket.destroy(error),
  }
  socket.on('error', (error) => (cause ??= error))
  socket.once('close', () => {
    clearTimeout(patience)
    closed(connection)
    const told = listener
    listener = undefined
    if (!told) return
    if (cause === undefined && reader.finish()) told.ended()
    else told.failed(cause ?? withCode('ECONNRESET', 'the connection was cut'))
  })
  return connection
}
