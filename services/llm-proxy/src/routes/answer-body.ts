import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { oneWriteBytes, writeTogether } from '../one-write.ts'

/** The body of an answer whose head has been written, piece by piece. `response.end()` ends it. */
export type AnswerBody = {
  /** False: the reader has enough for now, until it is told to be ready again. */
  write(piece: string | Buffer): boolean
  readonly isFull: () => boolean
  /** Nobody is told any more, and nothing more is written: the connection may be another answer's already. */
  release(): void
}

type Way = {
  readonly to: ServerResponse | Socket
  readonly write: (piece: string | Buffer) => boolean
}

const byNode = (response: ServerResponse): Way => ({
  to: response,
  write: (piece) => response.write(piece),
})

/** One write for each chunk (RFC 9112, 7.1): Node hands it to the kernel in three pieces. */
const framedHere = (response: ServerResponse, socket: Socket): Way => {
  /** As Node's own writes, none to a connection that the reader has ended: the response hears of that only later. */
  const writeChunk = (bytes: Buffer): boolean =>
    socket.writable && writeTogether(socket, `${bytes.length.toString(16)}\r\n`, bytes, '\r\n')
  /** Node puts the head before a text that it does not frame. */
  const writeWithHead = (bytes: Buffer): boolean => {
    response.chunkedEncoding = false
    const chunk = `${bytes.length.toString(16)}\r\n${bytes.toString('latin1')}\r\n`
    const hasRoom = response.write(chunk, 'latin1')
    response.chunkedEncoding = true
    return hasRoom
  }
  const writeFirst = (bytes: Buffer): boolean => {
    socket.cork()
    const isShort = bytes.length <= oneWriteBytes
    if (!isShort) response.flushHeaders()
    const hasRoom = isShort ? writeWithHead(bytes) : writeChunk(bytes)
    socket.uncork()
    return hasRoom
  }
  let isHeadSent = false
  return {
    to: socket,
    write(piece) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      if (isHeadSent) return writeChunk(bytes)
      isHeadSent = true
      return writeFirst(bytes)
    },
  }
}

/**
 * Opens the body; `ready` is called when a reader that had enough takes more. Chunks are framed here where they can be; where HTTP/1.0
 * asks, or an earlier answer is still on the connection, Node does it.
 */
export const openBody = (response: ServerResponse, ready: () => void): AnswerBody => {
  const { socket, chunkedEncoding } = response
  const { to, write } = socket && chunkedEncoding ? framedHere(response, socket) : byNode(response)
  let isReleased = false
  to.on('drain', ready)
  return {
    write: (piece) => !isReleased && write(piece),
    isFull: () => to.writableNeedDrain,
    release() {
      isReleased = true
      to.off('drain', ready)
    },
  }
}
