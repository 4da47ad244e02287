import type { Socket } from 'node:net'

/** Up to so many bytes a head and its body leave as one text and one write; of more, the body is not copied. Node would hand them to the kernel apart. */
export const oneWriteBytes = 16_384

/** Writes a head, bytes and what ends them, together. False when the socket has enough for now. */
export const writeTogether = (socket: Socket, head: string, body: Buffer, end = ''): boolean => {
  if (body.length <= oneWriteBytes)
    return socket.write(head + body.toString('latin1') + end, 'latin1')
  socket.cork()
  socket.write(head, 'latin1')
  socket.write(body)
  const hasRoom = socket.write(end, 'latin1')
  socket.uncork()
  return hasRoom
}
