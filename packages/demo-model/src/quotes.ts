import { matchingBraces } from './matching-braces.ts'

/** A quoted piece: what it says, and as it stood in the message. */
export type Piece = { readonly inner: string; readonly source: string }

/** Text in which every quoted piece is one opaque character, so that sentences can be taken apart around it. */
export type Quoted = { readonly text: string; readonly pieces: readonly Piece[] }

// Characters of the private use area stand for the pieces; a message that holds such characters itself loses them.
const firstMark = 0xe000
const lastMark = 0xf8ff
const marks = /[\ue000-\uf8ff]/g
const mostPieces = lastMark - firstMark + 1

/** One quoted piece in a pattern. */
export const mark = '[\\ue000-\\uf8ff]'

const closers: Readonly<Record<string, string>> = {
  '`': '`',
  '"': '"',
  '«': '»',
  '“': '”',
  "'": "'",
}
const openers = /```|[`"«“'{]/g
/** An apostrophe is not a quote: these stand around a word, and not for long. */
const longestSingle = 1000

/**
 * Takes the quoted pieces out: fences, JSON objects, backticks, and double, single, angle or curly quotes.
 * Linear in the length of the message, since anybody may send any.
 */
export function hideQuotes(message: string): Quoted {
  const source = message.replace(marks, '')
  const braces = matchingBraces(source)
  const unclosed = new Set<string>()
  const pieces: Piece[] = []
  let text = ''
  let at = 0
  openers.lastIndex = 0
  for (let found = openers.exec(source); found; found = openers.exec(source)) {
    const end = endOf(found[0], found.index, { source, braces, unclosed })
    if (end === undefined || pieces.length === mostPieces) continue
    text += source.slice(at, found.index) + markOf(pieces.length)
    pieces.push(pieceOf(source.slice(found.index, end)))
    at = end
    openers.lastIndex = end
  }
  return { text: text + source.slice(at), pieces }
}

/** Puts the pieces back without their quotes, or as they stood. */
export const showQuotes = (
  text: string,
  pieces: readonly Piece[],
  as: keyof Piece = 'inner',
): string =>
  text.replace(marks, (character) => pieces[character.charCodeAt(0) - firstMark]?.[as] ?? '')

/** The character that stands for the n-th piece. */
export const markOf = (index: number): string => String.fromCharCode(firstMark + index)

/** True when one more piece can be hidden. */
export const hasRoom = (pieces: readonly Piece[]): boolean => pieces.length < mostPieces

type Scan = {
  readonly source: string
  readonly braces: ReadonlyMap<number, number>
  /** Openers of which is known that nothing closes them any more. */
  readonly unclosed: Set<string>
}

/** Where the piece that begins here ends, or `undefined` when its opener is an ordinary character. */
function endOf(opener: string, start: number, { source, braces, unclosed }: Scan) {
  if (opener === '{') return braces.get(start)
  if (opener === "'") return endOfSingle(source, start)
  if (unclosed.has(opener)) return undefined
  const closer = closers[opener] ?? '```'
  const close = source.indexOf(closer, start + opener.length)
  if (close < 0) unclosed.add(opener)
  const isLine = opener === '`'
  const inner = source.slice(start + opener.length, Math.max(0, close))
  return close < 0 || (isLine && (inner === '' || inner.includes('\n')))
    ? undefined
    : close + closer.length
}

function endOfSingle(source: string, start: number): number | undefined {
  if (start > 0 && !/[\s(:]/.test(source[start - 1] ?? '')) return undefined
  const near = source.slice(start + 1, start + 1 + longestSingle)
  const found = /^[^'\n]*(?:'[^'\s.,;:!?)][^'\n]*)*'(?=$|[\s.,;:!?)])/.exec(near)
  return found ? start + 1 + found[0].length : undefined
}

function pieceOf(source: string): Piece {
  if (source.startsWith('{')) return { inner: source, source }
  if (source.startsWith('```')) {
    const inner = source.slice(3, -3)
    const firstLine = inner.indexOf('\n')
    return { inner: firstLine < 0 ? inner : inner.slice(firstLine + 1), source }
  }
  return { inner: source.slice(1, -1).replaceAll('\\n', '\n'), source }
}
