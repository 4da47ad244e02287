/** One server-sent event: `seq` is its `id:` when that is a number, `data` the bytes of its data line, untouched, mostly a view of what was pushed. */
export type RelayedEvent = { readonly seq: number | undefined; readonly data: Buffer }

const lineFeed = 10
const carriageReturn = 13
const space = 32
const zero = 48
const dataField = Buffer.from('data:')
const idField = Buffer.from('id:')
const newline = Buffer.from('\n')

const startsWith = (line: Buffer, field: Buffer): boolean =>
  line.length >= field.length && line.compare(field, 0, field.length, 0, field.length) === 0

const valueOf = (line: Buffer, field: Buffer): Buffer =>
  line.subarray(line[field.length] === space ? field.length + 1 : field.length)

function numberOf(digits: Buffer): number | undefined {
  if (digits.length === 0 || digits.length > 15) return undefined
  let value = 0
  for (const byte of digits) {
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

  const takeLine = (tail: Buffer): Buffer => {
    const whole = partial.length === 0 ? tail : Buffer.concat([...partial, tail])
    partial = []
    partialBytes = 0
    return whole.at(-1) === carriageReturn ? whole.subarray(0, -1) : whole
  }

  const takeEvent = (): RelayedEvent | undefined => {
    const [first] = data
    const event = first && { seq, data: data.length === 1 ? first : Buffer.concat(data) }
    seq = undefined
    if (first) data = []
    dataBytes = copied = 0
    return event
  }

  const readField = (line: Buffer) => {
    if (startsWith(line, dataField)) {
      const value = valueOf(line, dataField)
      if (data.length > 0) data.push(newline)
      data.push(value)
      dataBytes += value.length + 1
      refuseBeyondLimit()
    } else if (startsWith(line, idField)) seq = numberOf(valueOf(line, idField))
  }

  return {
    push(chunk: Buffer): RelayedEvent[] {
      const events: RelayedEvent[] = []
      let start = 0
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        const line = takeLine(chunk.subarray(start, end))
        start = end + 1
        if (line.length > 0) readField(line)
        else {
          const event = takeEvent()
          if (event) events.push(event)
        }
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
