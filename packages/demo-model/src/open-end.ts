import { hasRoom, markOf, type Quoted, showQuotes } from './quotes.ts'

const verbs =
  /(?<!\p{L})(?:write|create|save|make|put|replace|edit|запиши|создай|напиши|сохрани|замени|измени)(?!\p{L})/iu
const beginning =
  /(?<!\p{L})(?:with(?:\s(?:the\s)?(?:contents?|text))?|containing|на|с\s(?:содержимым|содержанием|текстом))(?!\p{L})/giu
const inFile = /\s(?:in|в)\s(?:(?:the\s)?(?:file|файл\p{L}*)\s)?\S+$/iu

/** Content without quotes (`write a.txt with content …`) goes on to the end of the message: it becomes one more piece. */
export function hideOpenEnd({ text, pieces }: Quoted): Quoted {
  const verb = verbs.exec(text)
  const start = verb ? startOfContent(text, verb.index) : undefined
  if (!verb || start === undefined || !hasRoom(pieces)) return { text, pieces }
  const tail = text.slice(start)
  // A short look back from the end: only a file's name stands there.
  const lastWords = tail.slice(-500)
  const end = /^(?:replace|замени)$/i.test(verb[0]) ? inFile.exec(lastWords)?.[0] : undefined
  const content = showQuotes(tail.slice(0, tail.length - (end?.length ?? 0)), pieces, 'source')
  return {
    text: text.slice(0, start) + markOf(pieces.length) + (end ?? ''),
    pieces: [...pieces, { inner: content, source: content }],
  }
}

/** Where content begins that is not quoted. */
function startOfContent(text: string, from: number): number | undefined {
  beginning.lastIndex = from
  for (let found = beginning.exec(text); found; found = beginning.exec(text)) {
    const rest = text.slice(found.index + found[0].length).trimStart()
    const content = rest.startsWith(':') ? rest.slice(1).trimStart() : rest
    if (content !== '' && !/^[\ue000-\uf8ff]/.test(content)) return text.length - content.length
  }
  return undefined
}
