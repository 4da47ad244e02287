import { ToolFailure } from './tool-failure.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Strict UTF-8 without NUL, a byte order mark kept; undefined for anything else. */
export function textIn(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** As `textIn`, with a failure that names the path. */
export function textOf(bytes: Uint8Array, path: string): string {
  const text = textIn(bytes)
  if (text === undefined) throw new ToolFailure('not_text', `${path} is not UTF-8 text.`)
  return text
}

/** The lines of a text with their endings; an ending at the end starts no further line. */
export function linesOf(text: string): string[] {
  const lines: string[] = []
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    lines.push(text.slice(start, end + 1))
    start = end + 1
  }
  if (start < text.length) lines.push(text.slice(start))
  return lines
}

/** Bytes of a text as a JSON string. */
export const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text))

/** The longest beginning of these lines whose JSON has at most so many bytes. */
export function linesWithin(lines: readonly string[], maxBytes: number): string[] {
  const kept: string[] = []
  let left = maxBytes
  for (const line of lines) {
    left -= jsonBytes(line)
    if (left < 0) break
    kept.push(line)
  }
  return kept
}

/** Bytes of programs as text that every store can keep: broken sequences and NUL become U+FFFD. */
export const looseText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replaceAll('\0', '\ufffd')
