/** Texts as assistants write them: prose, lists, a table, code. Every piece is a little different, so that nothing is drawn once for all. */

const languages = ['ts', 'python', 'bash', 'json', 'sql'] as const

const lines: Readonly<Record<(typeof languages)[number], (n: number) => string>> = {
  ts: (n) =>
    `export const value${n} = (items: readonly string[]): number => items.length * ${n} // ${n % 7} of them`,
  python: (n) => `def value_${n}(items: list[str]) -> int: return len(items) * ${n}  # "${n % 7}"`,
  bash: (n) => `for file in src/part-${n}/*.ts; do echo "$file" | sed 's/a/${n % 7}/'; done`,
  json: (n) => `  "part-${n}": { "name": "value ${n}", "count": ${n % 7}, "ready": true },`,
  sql: (n) => `SELECT id, name FROM part_${n} WHERE count > ${n % 7} ORDER BY created_at DESC;`,
}

/** A block of code in one of the languages. */
export function code(n: number, length: number): string {
  const language = languages[n % languages.length]!
  const body = Array.from({ length }, (_, line) => lines[language](n * 31 + line))
  return ['```' + language, ...body, '```'].join('\n')
}

const prose = (n: number): string =>
  `Part ${n} reads its **settings** from \`config/part-${n}.json\` and hands them on; see [the notes](https://example.org/${n}). ` +
  'What it does not know it leaves alone, so that an older version can still read what a newer one wrote.'

const list = (n: number): string =>
  [1, 2, 3, 4].map((point) => `- step ${point} of ${n}: call \`value${n + point}()\``).join('\n')

const table = (n: number): string =>
  [
    '| part | lines | tests |',
    '| --- | ---: | ---: |',
    ...[1, 2, 3].map((row) => `| part-${n}-${row} | ${n % 90} | ${row} |`),
  ].join('\n')

/** An assistant's answer. One in four has a table, most have code. */
export const answer = (n: number): string =>
  [
    `### Part ${n}`,
    prose(n),
    ...(n % 3 === 2 ? [] : [code(n, 4 + (n % 12))]),
    list(n),
    ...(n % 4 === 0 ? [table(n)] : []),
  ].join('\n\n')

/** A long answer of at least so many characters, with one long block of code in it. */
export function longAnswer(characters: number): string {
  let text = `${prose(0)}\n\n${code(0, 120)}`
  for (let n = 1; text.length < characters; n += 1) text += `\n\n${answer(n)}`
  return text
}
