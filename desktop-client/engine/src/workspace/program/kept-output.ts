import { looseText } from '../text.ts'

/** Keeps the beginning and the end of a stream of bytes. */
export type KeptOutput = {
  add(chunk: Uint8Array): void
  /** All bytes that came, kept or not. */
  readonly total: number
  /** What is kept, as it came. */
  bytes(): Buffer
  /** With a line that says how much is left out in the middle. */
  text(): string
}

/** Bytes that continue a UTF-8 character. */
const isContinuation = (byte: number | undefined) => byte !== undefined && (byte & 0xc0) === 0x80

/** Without a character that is cut off at the end. */
function wholeEnd(bytes: Buffer): Buffer {
  let start = bytes.length - 1
  while (start > bytes.length - 4 && isContinuation(bytes[start])) start -= 1
  const lead = bytes[start] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return start + length > bytes.length ? bytes.subarray(0, Math.max(0, start)) : bytes
}

/** Without the rest of a character that began before. */
function wholeStart(bytes: Buffer): Buffer {
  let start = 0
  while (start < 3 && isContinuation(bytes[start])) start += 1
  return bytes.subarray(start)
}

/** `head` and `tail`: how many bytes are kept of each end. */
export function createKeptOutput(head: number, tail: number): KeptOutput {
  const first: Buffer[] = []
  let firstBytes = 0
  let last = Buffer.alloc(0)
  let total = 0
  return {
    get total() {
      return total
    },
    add: (chunk) => {
      const bytes = Buffer.from(chunk)
      total += bytes.length
      const room = Math.max(0, head - firstBytes)
      if (room > 0) {
        first.push(bytes.subarray(0, room))
        firstBytes += Math.min(room, bytes.length)
      }
      const rest = bytes.subarray(room)
      if (rest.length > 0) last = Buffer.concat([last, rest]).subarray(-tail)
    },
    bytes: () => Buffer.concat([...first, last]),
    text: () => {
      const all = Buffer.concat([...first, last])
      if (all.length === total) return looseText(all)
      const [start, end] = [wholeEnd(Buffer.concat(first)), wholeStart(last)]
      const left = total - start.length - end.length
      return `${looseText(start)}\n[… ${left} bytes left out …]\n${looseText(end)}`
    },
  }
}
