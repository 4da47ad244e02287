const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Where the event that begins at `from` ends, its blank line included; -1 while it is not complete. */
export const eventEnd = (bytes: Buffer, from: number): number => {
  for (let at = bytes.indexOf(lineFeed, from); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return at + 2
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return at + 3
  }
  return -1
}

/** The data of an event of one `data:` line, which is all that OpenAI's dialect has; undefined for comments. */
export const dataOf = (event: Buffer): string | undefined => {
  const start = event.indexOf('data:')
  if (start < 0 || (start > 0 && event[start - 1] !== lineFeed)) return undefined
  const end = event.indexOf(lineFeed, start)
  return event.toString('utf8', start + 5, end).trim()
}
