/** Control characters but tab and line ends, and what overrides or isolates the reading direction. */
const controls = /(?![\t\n\r])[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * A model's text with its control characters as code points: the escapes that move a terminal's cursor, and the marks that make code read
 * in another order than it runs. Joiners and variants stay, since people's writing and emoji are made of them.
 */
export const visibleControls = (text: string): string =>
  text.replaceAll(
    controls,
    (found) => `⟨U+${found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟩`,
  )
