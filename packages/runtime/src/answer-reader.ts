/** The head of an HTTP answer; names of headers in lower case. */
export type AnswerHead = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Whether another request may follow on the same connection (RFC 9112, 9.3). */
  readonly persistent: boolean
}

type Listener = {
  head(head: AnswerHead): void
  /** A piece of the body: a view of what was pushed. */
  body(view: Buffer): void
  /** The answer is complete. */
  end(): void
}

const maxHeadBytes = 65_536
const maxChunkDigits = 8
const lineFeed = 10
const carriageReturn = 13
const semicolon = 59
const headEnd = Buffer.from('\r\n\r\n')
const wrong = (what: string) =>
  Object.assign(new Error(`the answer is not HTTP/1.1 as it should be: ${what}`), {
    code: 'EPROTO',
  })

const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/

/** Two of these that differ would leave it open where the answer ends. */
const framing = new Set(['content-length', 'transfer-encoding'])

/** An answer framed in two ways at once may have been made to be read in two ways: nothing may follow it (RFC 9112, 6.3). */
const isPersistent = (minor: string | undefined, headers: AnswerHead['headers']): boolean => {
  const options = headers['connection']?.toLowerCase() ?? ''
  if (options.includes('close')) return false
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined)
    return false
  return minor === '1' || options.includes('keep-alive')
}

function readHead(text: string): AnswerHead {
  const [statusLine = '', ...lines] = text.split('\r\n')
  const [, minor, digits] = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine) ?? []
  if (digits === undefined) throw wrong(statusLine.slice(0, 100))
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const [, given, value] = headerLine.exec(line) ?? []
    if (given === undefined || value === undefined) throw wrong(line.slice(0, 100))
    const name = given.toLowerCase()
    if (framing.has(name) && headers[name] !== undefined && headers[name] !== value)
      throw wrong(`two of ${name}`)
    headers[name] = value
  }
  return { status: Number(digits), headers, persistent: isPersistent(minor, headers) }
}

const hexDigit = (byte: number): number => {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

/**
 * Reads the answers to GETs and POSTs out of the bytes of a connection, one after the other, whatever they are cut into (RFC 9112): chunked,
 * of a known length, or up to the connection's end. The body is given as views, never copied. Throws when the bytes are no such answer.
 */
export function createAnswerReader(listener: Listener) {
  let held: Buffer | undefined
  let place: 'head' | 'size' | 'extension' | 'chunk' | 'after chunk' | 'trailer' | 'rest' | 'over' =
    'head'
  /** Bytes of the body, or of its chunk, that are still to come. */
  let left = 0
  let digits = 0
  let trailerBytes = 0

  const over = () => {
    place = 'over'
    listener.end()
  }

  const begin = (head: AnswerHead) => {
    const { status, headers } = head
    // 100 Continue and 103 Early Hints come before the answer.
    if (status < 200) return
    listener.head(head)
    const coding = headers['transfer-encoding']
    if (coding !== undefined && coding.toLowerCase() !== 'chunked')
      throw wrong(`transfer-encoding: ${coding.slice(0, 100)}`)
    if (status === 204 || status === 304) return over()
    if (coding !== undefined) {
      place = 'size'
      left = digits = 0
      return
    }
    place = 'rest'
    const length = headers['content-length']
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      throw wrong(`content-length: ${length.slice(0, 100)}`)
    left = length === undefined ? Infinity : Number(length)
    if (left === 0) over()
  }

  /** How far the head was read; nothing while it is not whole. */
  const takeHead = (bytes: Buffer): number | undefined => {
    const end = bytes.indexOf(headEnd)
    if (end > maxHeadBytes || (end === -1 && bytes.length > maxHeadBytes))
      throw wrong(`its head is longer than ${maxHeadBytes} bytes`)
    if (end === -1) {
      held = Buffer.from(bytes)
      return undefined
    }
    begin(readHead(bytes.toString('latin1', 0, end)))
    return end + headEnd.length
  }

  const sizeIsRead = () => {
    place = left === 0 ? 'trailer' : 'chunk'
    trailerBytes = 0
  }

  /** One byte of what is between the chunks. */
  const marks = {
    size(byte: number) {
      const digit = hexDigit(byte)
      if (digit !== -1 && digits < maxChunkDigits) {
        left = left * 16 + digit
        digits += 1
      } else if (digits === 0) throw wrong('a chunk has no size')
      else if (byte === semicolon || byte === carriageReturn) place = 'extension'
      else if (byte === lineFeed) sizeIsRead()
      else throw wrong('the size of a chunk')
    },
    extension(byte: number) {
      if (byte === lineFeed) sizeIsRead()
    },
    'after chunk'(byte: number) {
      if (byte !== lineFeed && byte !== carriageReturn)
        throw wrong('a chunk is longer than it says')
      if (byte === carriageReturn) return
      place = 'size'
      digits = 0
    },
    trailer(byte: number) {
      if (byte === lineFeed && trailerBytes === 0) over()
      else if (byte === lineFeed) trailerBytes = 0
      else if (byte !== carriageReturn) trailerBytes += 1
    },
  }

  const takeBody = (bytes: Buffer, from: number): number => {
    const end = Math.min(bytes.length, from + left)
    left -= end - from
    listener.body(bytes.subarray(from, end))
    if (left > 0) return end
    if (place === 'rest') over()
    else place = 'after chunk'
    return end
  }

  return {
    /** False when more came than belongs to the answer. */
    push(chunk: Buffer): boolean {
      const bytes = held ? Buffer.concat([held, chunk]) : chunk
      held = undefined
      let at = 0
      while (at < bytes.length && place !== 'over') {
        if (place === 'head') {
          const read = takeHead(at === 0 ? bytes : bytes.subarray(at))
          if (read === undefined) return true
          at += read
        } else if (place === 'chunk' || place === 'rest') at = takeBody(bytes, at)
        else {
          marks[place](bytes[at]!)
          at += 1
        }
      }
      return at === bytes.length
    },
    /** The answer is over, and the next one is read. */
    again(): void {
      place = 'head'
    },
    /** The connection has ended: true when the answer had, too. */
    finish(): boolean {
      if (place === 'rest' && left === Infinity) over()
      return place === 'over'
    },
  }
}
