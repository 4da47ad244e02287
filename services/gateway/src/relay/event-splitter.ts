/** One server-sent event: `seq` is its `id:` when that is a number, `data` the bytes of its data line, untouched, mostly a view of what was pushed. */
export type RelayedEvent = { readonly seq: number | undefined; readonly data: Buffer }

const lineFeed = 10
const carriageReturn = 13
const space = 32
const zero = 48
const dataField = Buffer.from('data:')
const idField = Buffer.from('id:')
const newline = Buffer.from('\n')

const startsWith = (bytes: Buffer, from: number, to: number, field: Buffer): boolean => {
  if (to - from < field.length) return false
  for (let at = 0; at < field.length; at += 1) if (bytes[from + at] !== field[at]) return false
  return true
}

/** Where the value of a field begins: one space before it is not its own. */
const valueAt = (bytes: Buffer, from: number, to: number, field: Buffer): number => {
  const at = from + field.length
  return at < to && bytes[at] === space ? at + 1 : at
}

function numberIn(bytes: Buffer, from: number, to: number): number | undefined {
  if (from === to || to - from > 15) return undefined
  let value = 0
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!
    if (byte < zero || byte > zero + 9) return undefined
    value = value * 10 + byte - zero
  }
  return value
}

/**
 * Cuts a stream of server-sent events at its line ends without decoding it: each byte is looked at once, however the chunks fall.
 * `push` gives the events that the chunk completes, as views into it; what is not complete is copied, so that the chunk may be written over.
 * Throws when one event grows past `maxEventBytes`.
 */
export function createEventSplitter({ maxEventBytes }: { maxEventBytes: number }) {
  let partial: Buffer[] = []
  let partialBytes = 0
  let seq: number | undefined
  let data: Buffer[] = []
  let dataBytes = 0
  /** So many of `data` are no views any more. */
  let copied = 0

  const refuseBeyondLimit = () => {
    if (partialBytes + dataBytes > maxEventBytes) {
      throw new Error(`an event of the agent is larger than ${maxEventBytes} bytes`)
    }
  }

  const takeEvent = (): RelayedEvent | undefined => {
    const [first] = data
    const event = first && { seq, data: data.length === 1 ? first : Buffer.concat(data) }
    seq = undefined
    if (first) data = []
    dataBytes = copied = 0
    return event
  }

  /** A line without its end; nothing of it is copied but what lies over two chunks. */
  const readLine = (bytes: Buffer, from: number, to: number) => {
    if (startsWith(bytes, from, to, dataField)) {
      const value = bytes.subarray(valueAt(bytes, from, to, dataField), to)
      if (data.length > 0) data.push(newline)
      data.push(value)
      dataBytes += value.length + 1
      refuseBeyondLimit()
    } else if (startsWith(bytes, from, to, idField))
      seq = numberIn(bytes, valueAt(bytes, from, to, idField), to)
  }

  /** True when the line is empty: an event is over. */
  const takeLine = (bytes: Buffer, from: number, end: number): boolean => {
    const to = end > from && bytes[end - 1] === carriageReturn ? end - 1 : end
    if (to > from) readLine(bytes, from, to)
    return to === from
  }

  /** The same for one whose beginning came earlier. */
  const takeJoined = (tail: Buffer): boolean => {
    const whole = Buffer.concat([...partial, tail])
    partial = []
    partialBytes = 0
    return takeLine(whole, 0, whole.length)
  }

  return {
    push(chunk: Buffer): RelayedEvent[] {
      const events: RelayedEvent[] = []
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        const isOver =
          partial.length === 0
            ? takeLine(chunk, start, end)
            : takeJoined(chunk.subarray(start, end))
        start = end + 1
        const event = isOver ? takeEvent() : undefined
        if (event) events.push(event)
      }
      if (start < chunk.length) {
        partial.push(Buffer.from(chunk.subarray(start)))
        partialBytes += chunk.length - start
        refuseBeyondLimit()
      }
      for (; copied < data.length; copied += 1) data[copied] = Buffer.from(data[copied]!)
      return events
    },
  }
}
