import type { HiddenCharacter } from '@codelab/contracts/engine-ui/approvals'

const most = 200

/** Characters without a picture, or that turn the reading direction. In a text, line ends and tabs are what they seem. */
const inText =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]|\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|[\u2028\u2029]/gu
const inLine =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f]|\p{Default_Ignorable_Code_Point}|\p{Bidi_Control}|[\u2028\u2029]/gu
/** A byte order mark at the start, and what holds an emoji together, belong there. */
const honest = /^\ufeff|\p{Extended_Pictographic}[\ufe0f\u200d]+/gu

const codeOf = (character: string) =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/** Each such character of a text with its place; `lines`: line ends are no surprise in it. */
export function hiddenCharactersIn(
  field: string,
  text: string,
  { lines }: { readonly lines: boolean },
): HiddenCharacter[] {
  const found: HiddenCharacter[] = []
  const fine = [...text.matchAll(honest)].map(
    ({ index, 0: match }) => [index, index + match.length] as const,
  )
  let line = 1
  let start = 0
  let at = 0
  let next = 0
  for (const { index, 0: character } of text.matchAll(lines ? inText : inLine)) {
    // Both come in the order of the text: what was passed is not looked at again.
    while ((fine[next]?.[1] ?? Infinity) <= index) next += 1
    if ((fine[next]?.[0] ?? Infinity) <= index) continue
    for (; at < index; at += 1) {
      if (text[at] !== '\n') continue
      line += 1
      start = at + 1
    }
    found.push({ field, line, column: index - start + 1, code: codeOf(character) })
    if (found.length === most) break
  }
  return found
}
