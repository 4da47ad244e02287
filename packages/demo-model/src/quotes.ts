/** A quoted piece: what it says, and as it stood in the message. */
export type Piece = { readonly inner: string; readonly source: string }

/** Text in which every quoted piece is one opaque character, so that sentences can be taken apart around it. */
export type Quoted = { readonly text: string; readonly pieces: readonly Piece[] }

// Characters of the private use area stand for the pieces; a message that holds such characters itself loses them.
const firstMark = 0xe000
const lastMark = 0xf8ff
const marks = /[\ue000-\uf8ff]/g

const quotation =
  /```[^\n`]*\n([\s\S]*?)```|(\{(?:[^{}]|\{[^{}]*\})*\})|`([^`\n]+)`|"([^"]*)"|«([^»]*)»|“([^”]*)”|(?<=^|[\s(:])'([^'\n]*)'(?=$|[\s.,;:!?)])/g

/** One quoted piece in a pattern. */
export const mark = '[\\ue000-\\uf8ff]'

/** Takes the quoted pieces out: fences, JSON objects, backticks, and double, single, angle or curly quotes. */
export function hideQuotes(message: string): Quoted {
  const pieces: Piece[] = []
  const text = message.replace(marks, '').replace(quotation, (source: string, ...groups) => {
    const inner = groups.slice(0, 7).find((group) => typeof group === 'string')
    if (pieces.length > lastMark - firstMark || typeof inner !== 'string') return source
    pieces.push({ inner: inner.replaceAll('\\n', '\n'), source })
    return markOf(pieces.length - 1)
  })
  return { text, pieces }
}

/** Puts the pieces back without their quotes, or as they stood. */
export const showQuotes = (
  text: string,
  pieces: readonly Piece[],
  as: keyof Piece = 'inner',
): string =>
  text.replace(marks, (character) => pieces[character.charCodeAt(0) - firstMark]?.[as] ?? '')

const openEnded = new RegExp(
  `((?<!\\p{L})(?:with\\s+(?:the\\s+)?(?:contents?|text)|containing|with(?!\\s+(?:the\\s+)?(?:contents?|text))|на|с\\s+(?:содержимым|содержанием|текстом))\\s*:?\\s*)(?!${mark}|:)(\\S[\\s\\S]*)$`,
  'iu',
)
const takesOpenEnd =
  /(?<!\p{L})(?:write|create|save|make|put|replace|edit|запиши|создай|напиши|сохрани|замени|измени)(?!\p{L})/iu
const inFile = /\s+(?:in|в)\s+(?:(?:the\s+)?(?:file|файл\p{L}*)\s+)?\S+$/iu

/** Content without quotes (`write a.txt with content …`) goes on to the end of the message: it becomes one more piece. */
export function hideOpenEnd({ text, pieces }: Quoted): Quoted {
  const verb = takesOpenEnd.exec(text)
  const found = verb && openEnded.exec(text.slice(verb.index))
  if (!found || pieces.length > lastMark - firstMark) return { text, pieces }
  const tail = found[2] ?? ''
  const end = /^(?:replace|замени)$/i.test(verb[0]) ? inFile.exec(tail) : null
  const content = showQuotes(tail.slice(0, end?.index), pieces, 'source')
  const before = text.slice(0, verb.index + found.index) + (found[1] ?? '')
  return {
    text: before + markOf(pieces.length) + (end?.[0] ?? ''),
    pieces: [...pieces, { inner: content, source: content }],
  }
}

const markOf = (index: number): string => String.fromCharCode(firstMark + index)
