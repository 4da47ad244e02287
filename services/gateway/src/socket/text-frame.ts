const finalText = 0x81
/** What the length of a frame's first two bytes says instead of a length: it follows in 2 bytes, or in 8. */
const in2Bytes = 126
const in8Bytes = 127
const below2Bytes = 65_536

const headBytes = (length: number): number =>
  length < in2Bytes ? 2 : length < below2Bytes ? 4 : 10

/** Texts as WebSocket messages of a server (RFC 6455), one behind the other: final, unmasked, not compressed. */
export function textFrames(texts: readonly { readonly data: Buffer }[]): Buffer {
  let size = 0
  for (const { data } of texts) size += headBytes(data.length) + data.length
  const frames = Buffer.allocUnsafe(size)
  let at = 0
  for (const { data } of texts) {
    const { length } = data
    frames[at] = finalText
    if (length < in2Bytes) frames[at + 1] = length
    else if (length < below2Bytes) {
      frames[at + 1] = in2Bytes
      frames.writeUInt16BE(length, at + 2)
    } else {
      frames[at + 1] = in8Bytes
      frames.writeUInt32BE(0, at + 2)
      frames.writeUInt32BE(length, at + 6)
    }
    at += headBytes(length)
    frames.set(data, at)
    at += length
  }
  return frames
}
