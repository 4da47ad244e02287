const codes = {
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  strike: [9, 29],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const

export type StyleName = keyof typeof codes
export type Style = Readonly<Record<StyleName, (text: string) => string>>

/** Text effects of the terminal; without colour (NO_COLOR, a pipe) text stays as it is. */
export function createStyle(colour: boolean): Style {
  const entries = Object.entries(codes).map(([name, [on, off]]) => [
    name,
    (text: string) => (colour && text !== '' ? `\u001B[${on}m${text}\u001B[${off}m` : text),
  ])
  return Object.freeze(Object.fromEntries(entries)) as Style
}
