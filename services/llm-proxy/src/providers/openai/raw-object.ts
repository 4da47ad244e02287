const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a]
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d]
const byteOrderMark = Buffer.from('\uFEFF')

/** A JSON object as bytes, and where its parts are, so that some can be changed and all else stays as it came. */
export type RawObject = {
  /** Without a byte order mark. */
  readonly bytes: Buffer
  /** Where the object's inside begins. */
  readonly inside: number
  /** Field → where its value begins and ends. Undefined when a name is there twice or written with escapes: readers differ in what they make of it. */
  readonly fields: ReadonlyMap<string, readonly [number, number]> | undefined
  /** Levels of lists and objects, its own included. */
  readonly depth: number
}

/** Where the string ends that begins at `from`: the place of its closing quote. */
const stringEnd = (bytes: Buffer, from: number): number => {
  let at = from + 1
  // Names and short words: a search of its own would take longer.
  for (const near = Math.min(at + 24, bytes.length); at < near; at++) {
    if (bytes[at] === quote) return at
    if (bytes[at] === backslash) at += 1
  }
  for (at = bytes.indexOf(quote, at); at >= 0; at = bytes.indexOf(quote, at + 1)) {
    let before = at - 1
    while (bytes[before] === backslash) before -= 1
    if ((at - before) % 2 === 1) return at
  }
  return bytes.length
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

/** The part of bytes between two places, without the white space around it. */
const trimmed = (bytes: Buffer, from: number, to: number): readonly [number, number] => {
  let [first, end] = [from, to]
  while (isSpace(bytes[first])) first += 1
  while (isSpace(bytes[end - 1])) end -= 1
  return [first, end]
}

/** Tells of a JSON text's strings and of each byte of its structure, in order. */
const walk = (
  bytes: Buffer,
  on: {
    text: (from: number, to: number) => void
    open: (at: number) => void
    close: (at: number) => void
    next: (at: number) => void
    value: (at: number) => void
  },
): void => {
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case quote: {
        const end = stringEnd(bytes, at)
        on.text(at + 1, end)
        at = end
        break
      }
      case openBrace:
      case openBracket:
        on.open(at)
        break
      case closeBrace:
      case closeBracket:
        on.close(at)
        break
      case comma:
        on.next(at)
        break
      case colon:
        on.value(at + 1)
        break
      default:
    }
  }
}

/** Finds the fields of an object in its bytes, which must be JSON: whoever calls has parsed them. */
export const rawObject = (given: Buffer): RawObject => {
  const marked = given.subarray(0, 3).equals(byteOrderMark)
  const bytes = marked ? given.subarray(3) : given
  const fields = new Map<string, readonly [number, number]>()
  let plain = true
  let depth = 0
  let deepest = 0
  let inside = 0
  let name: string | undefined
  let valueFrom = 0
  let wantsName = false

  const endField = (at: number): void => {
    if (depth !== 1 || inside === 0) return
    wantsName = true
    if (name === undefined) return
    plain &&= !fields.has(name)
    fields.set(name, trimmed(bytes, valueFrom, at))
    name = undefined
  }

  walk(bytes, {
    text(from, to) {
      if (!wantsName || depth !== 1) return
      name = bytes.toString('utf8', from, to)
      plain &&= !name.includes('\\')
      wantsName = false
    },
    open(at) {
      depth += 1
      if (depth > deepest) deepest = depth
      if (depth > 1 || bytes[at] !== openBrace) return
      wantsName = true
      inside = at + 1
    },
    close(at) {
      endField(at)
      depth -= 1
    },
    next: endField,
    value(at) {
      if (depth === 1) valueFrom = at
    },
  })
  return { bytes, inside, fields: plain ? fields : undefined, depth: deepest }
}

/**
 * The object with other values for some of its fields; those it does not have come first. Undefined when that cannot be
 * done in its bytes.
 */
export const withValues = (
  { bytes, inside, fields }: RawObject,
  values: Readonly<Record<string, unknown>>,
): Buffer | undefined => {
  if (!fields || fields.size === 0) return undefined
  const changes: { from: number; to: number; text: string }[] = []
  for (const name in values) {
    const text = JSON.stringify(values[name])
    const at = fields.get(name)
    if (!at) changes.push({ from: inside, to: inside, text: `${JSON.stringify(name)}:${text},` })
    else if (bytes.toString('utf8', at[0], at[1]) !== text)
      changes.push({ from: at[0], to: at[1], text })
  }
  if (changes.length === 0) return bytes
  changes.sort((one, other) => one.from - other.from)
  const pieces: Buffer[] = []
  let last = 0
  for (const { from, to, text } of changes) {
    pieces.push(bytes.subarray(last, from), Buffer.from(text))
    last = to
  }
  pieces.push(bytes.subarray(last))
  return Buffer.concat(pieces)
}
