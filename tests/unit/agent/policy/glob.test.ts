import { compileGlob } from '@codelab/agent/policy/glob'

const strict = (pattern: string) => compileGlob(pattern, { strict: true })
const exact = (pattern: string) => compileGlob(pattern, { strict: false })

describe('both readings agree on', () => {
  test.each([
    ['src/a.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/a.ts', true],
    ['src/*.ts', 'src/b/a.ts', false],
    ['src/**', 'src/b/a.ts', true],
    ['src/**/a.ts', 'src/a.ts', true],
    ['src/**/a.ts', 'src/b/c/a.ts', true],
    ['**/a.ts', 'a.ts', true],
    ['**', 'any/thing', true],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['a?c', 'a😀c', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]x', ']x', true],
    ['[x', '[x', true],
    ['{a,b}/*.md', 'b/c.md', true],
    ['{a,b{c,d}}', 'bd', true],
    ['{a}', '{a}', true],
    ['{a,b', '{a,b', true],
    ['*a*b*c*', 'xxaxxbxxcxx', true],
    ['*a*b*c*', 'xxaxxcxxbxx', false],
    ['a**b', 'axxb', true],
    ['', '', true],
    ['', 'a', false],
    ['a.b', 'axb', false],
    ['(a|b)+', '(a|b)+', true],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(strict(pattern).matches(path)).toBe(expected)
    expect(exact(pattern).matches(path)).toBe(expected)
  })
})

describe('only the strict reading matches', () => {
  test.each([
    ['names that begin with a dot', '*', '.env'],
    ['hidden folders on the way', '**/config', '.git/config'],
    ['a class at the beginning of a hidden name', '[.]env', '.env'],
    ['the folder of a pattern for all below it', 'secrets/**', 'secrets'],
  ])('%s', (_, pattern, path) => {
    expect(strict(pattern).matches(path)).toBe(true)
    expect(exact(pattern).matches(path)).toBe(false)
  })
})

test('a dot that is spelt out matches in both readings', () => {
  expect(exact('.git/**').matches('.git/config')).toBe(true)
  expect(exact('**/.env').matches('a/.env')).toBe(true)
})

test.each([
  ['secrets/**', '', true],
  ['secrets/keys/*', 'secrets', true],
  ['**/.env', 'anywhere', true],
  ['secrets/**', 'src', false],
  ['secrets/a', 'secrets/a', false],
])('%s reaches into %s: %s', (pattern, folder, expected) => {
  expect(strict(pattern).reachesInto(folder)).toBe(expected)
})

test('a pattern with too many alternatives forbids all and allows nothing', () => {
  const bomb = '{a,b}'.repeat(30)
  expect(strict(bomb).matches('anything')).toBe(true)
  expect(exact(bomb).matches('anything')).toBe(false)
})

test('a pattern made to be slow takes no longer than path times pattern', () => {
  const begun = process.cpuUsage().user
  expect(strict(`${'*a'.repeat(500)}b`).matches('a'.repeat(4096))).toBe(false)
  expect(strict(`${'**/'.repeat(300)}b`).matches('a/'.repeat(2000))).toBe(false)
  const plain = process.cpuUsage().user
  // A backtracking matcher would need longer than the universe has existed; ten seconds of CPU are only a net.
  expect(plain - begun).toBeLessThan(10_000_000)
})
