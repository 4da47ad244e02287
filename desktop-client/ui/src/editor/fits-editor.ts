/** A longer line is laid out as one, and each hidden character has an element of its own: the page would stand still. */
const longLine = /[^\n]{5001}/
const hidden = /[\p{Cf}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu
const mostHidden = 1_000

/** Whether the editor can show a text at once. */
export const fitsEditor = (text: string): boolean =>
  !longLine.test(text) && (text.match(hidden)?.length ?? 0) <= mostHidden
