// Format characters hide text, turn its direction or join what looks apart: never shown raw where a person decides.
const hiding = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}\u115F\u1160\u3164\uFFA0]/u
const hidingAll = new RegExp(hiding.source, 'gu')
const controls = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]/gu

const escaped = (character: string) => `\\u{${character.codePointAt(0)!.toString(16)}}`

const known: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** One line in which every character can be seen for what it is. */
export const visibleLine = (text: string): string =>
  text.replace(hidingAll, (character) => known[character] ?? escaped(character))

/** Several lines, their breaks and tabs kept; everything else that hides is shown by its number. */
export const visibleText = (text: string): string =>
  text.replace(hidingAll, (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  )

/** Running text of a model: whatever could steer the terminal or turn the text is shown by its number, emoji stay whole. */
export const harmless = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    .replace(controls, (character) =>
      character === '\n' || character === '\t' ? character : escaped(character),
    )

/** True when a text holds more than a reader sees (line breaks and tabs aside). */
export const hidesSomething = (text: string): boolean => hiding.test(text.replace(/[\n\t]/g, ''))
