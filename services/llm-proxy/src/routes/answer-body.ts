import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { oneWriteBytes } from '../one-write.ts'

/** The body of an answer whose head has been written, piece by piece. `response.end()` ends it. */
export type AnswerBody = {
  /** False: the reader has enough for now, until it is told to be ready again. */
  write(piece: string | Buffer): boolean
  readonly isFull: () => boolean
  /** Nobody is told any more, and nothing more is written: the connection may be another answer's already. */
  release(): void
}

const lineBreak = '\r\n'

/** A text whose characters are the bytes. */
const latin1Of = (piece: string | Buffer): string =>
  typeof piece !== 'string'
    ? piece.toString('latin1')
    : Buffer.byteLength(piece) === piece.length
      ? piece
      : Buffer.from(piece).toString('latin1')

/** One chunk (RFC 9112, 7.1). */
const writeChunk = (socket: Socket, piece: string | Buffer): boolean => {
  const size = Buffer.byteLength(piece)
  const head = size.toString(16) + lineBreak
  if (size <= oneWriteBytes) return socket.write(head + latin1Of(piece) + lineBreak, 'latin1')
  socket.cork()
  socket.write(head, 'latin1')
  socket.write(piece)
  const hasRoom = socket.write(lineBreak, 'latin1')
  socket.uncork()
  return hasRoom
}

/**
 * Opens the body; `ready` is called when a reader that had enough takes more. Chunks are framed here where they can be, one write for
 * each: Node hands a chunk to the kernel in three pieces. Where HTTP/1.0 asks, or an earlier answer is still on the connection, Node does it.
 */
export const openBody = (response: ServerResponse, ready: () => void): AnswerBody => {
  const { socket } = response
  if (!socket || !response.chunkedEncoding) {
    response.on('drain', ready)
    return {
      write: (piece) => response.write(piece),
      isFull: () => response.writableNeedDrain,
      release: () => void response.off('drain', ready),
    }
  }
  let isHeadSent = false
  let isReleased = false
  socket.on('drain', ready)
  return {
    write(piece) {
      if (isReleased) return false
      if (isHeadSent) return writeChunk(socket, piece)
      isHeadSent = true
      socket.cork()
      response.flushHeaders()
      const hasRoom = writeChunk(socket, piece)
      socket.uncork()
      return hasRoom
    },
    isFull: () => socket.writableNeedDrain,
    release() {
      isReleased = true
      socket.off('drain', ready)
    },
  }
}
