import { matcherOf } from '@codelab/engine/workspace/listing/glob'
import { matchesGlob } from 'node:path'
import fc from 'fast-check'

test.each([
  ['*.ts', 'a.ts', true],
  ['*.ts', 'src/deep/a.ts', true],
  ['*.ts', 'a.tsx', false],
  ['src/*.ts', 'src/a.ts', true],
  ['src/*.ts', 'src/b/a.ts', false],
  ['src/**/*.ts', 'src/a.ts', true],
  ['src/**/*.ts', 'src/b/c/a.ts', true],
  ['**', 'a/b', true],
  ['./src/*', 'src/a', true],
  ['*.{ts,tsx}', 'a.tsx', true],
  ['{src,lib}/{a,b}.ts', 'lib/b.ts', true],
  ['{src,lib}/{a,b}.ts', 'lib/c.ts', false],
  ['{a,{b,c}}', 'c', true],
  ['a{b', 'a{b', true],
  ['{a}', '{a}', true],
  ['[a-c]?.md', 'b1.md', true],
  ['[!a-c].md', 'b.md', false],
  ['[!a-c].md', 'd.md', true],
  ['[', '[', true],
  ['.*', '.env', true],
  ['*', '.env', true],
  ['é*', 'été', true],
])('%s and %s: %s', (glob, path, matches) => {
  expect(matcherOf(glob)(path)).toBe(matches)
})

test('agrees with Node on globs of names, stars and folders', () => {
  const name = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((l) => l.join(''))
  const part = fc.oneof(
    fc.constant('**'),
    fc
      .array(fc.constantFrom('a', 'b', '*', '?'), { minLength: 1, maxLength: 4 })
      .map((l) => l.join('').replaceAll('**', '*')),
  )
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 2, maxLength: 4 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      (parts, names) => {
        const [glob, path] = [parts.join('/'), names.join('/')]
        // At the end, Node wants `**` to stand for at least something in front of it only.
        fc.pre(!glob.endsWith('**'))
        expect({ glob, path, matches: matcherOf(glob)(path) }).toEqual({
          glob,
          path,
          matches: matchesGlob(path, glob),
        })
      },
    ),
    { numRuns: 2_000 },
  )
})

test.each([`${'*a'.repeat(500)}b`, `${'**/'.repeat(300)}b`, '[a-'.repeat(300), '{'.repeat(1000)])(
  'a hostile glob costs little (%#)',
  (glob) => {
    const matches = matcherOf(glob)
    expect(matches(`${'a'.repeat(250)}/`.repeat(10))).toBe(false)
  },
)

test('too many alternatives are refused', () => {
  expect(() => matcherOf('{a,b}'.repeat(20))).toThrow(
    expect.objectContaining({ code: 'invalid_arguments' }),
  )
})
