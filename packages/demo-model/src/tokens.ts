const piece = /\s*\S{1,8}\s*|\s+/gu

/** Splits text into word pieces of at most eight characters with the white space that follows: `1 2 3` is `1 `, `2 `, `3`. */
export const tokensOf = (text: string): string[] => text.match(piece) ?? []

/** How many tokens the text counts as. */
export const countTokens = (text: string): number => tokensOf(text).length
