import styles from './Visible.module.css'

/** Characters that are not seen, turn the reading direction, or end a line where none should end. */
const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu
/** Where a text has lines, its line feeds and tabs are seen for what they are. */
const hiddenInLines = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu

const codeOf = (character: string): string =>
  `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`

/** A text in which nothing hides: such characters stand as their code points, and the text cannot turn its surroundings. */
export function Visible({
  text,
  lines = false,
}: {
  readonly text: string
  readonly lines?: boolean
}) {
  const parts: (string | { code: string })[] = []
  let from = 0
  for (const match of text.matchAll(lines ? hiddenInLines : hidden)) {
    parts.push(text.slice(from, match.index), { code: codeOf(match[0]) })
    from = match.index + match[0].length
  }
  parts.push(text.slice(from))
  return (
    <bdi className={styles['text']}>
      {parts.map((part, index) =>
        typeof part === 'string' ? (
          part
        ) : (
          <mark key={index} className={styles['hidden']}>
            {part.code}
          </mark>
        ),
      )}
    </bdi>
  )
}
