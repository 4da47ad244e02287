/** For each `{` that is closed: the place after its `}`. Braces inside of JSON strings do not count. */
export function matchingBraces(text: string): Map<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (const { 0: token, index } of text.matchAll(/[{}]|"(?:[^"\\\n]|\\.)*"/g)) {
    if (token === '{') open.push(index)
    const start = token === '}' ? open.pop() : undefined
    if (start !== undefined) ends.set(start, index + 1)
  }
  return ends
}
