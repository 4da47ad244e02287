/** The words of each line; a word in `'…'` may hold spaces. Two-character escapes `\n`, `\t`, `\uXXXX` stand for the character. */
export const commandsIn = (text: string): string[][] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) =>
      Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) =>
        (quoted ?? plain ?? '').replace(/\\u([0-9a-f]{4})|\\n|\\t/g, (escape, code: string) =>
          code ? String.fromCodePoint(Number.parseInt(code, 16)) : escape === '\\n' ? '\n' : '\t',
        ),
      ),
    )
