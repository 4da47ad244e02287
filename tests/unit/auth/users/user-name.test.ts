import fc from 'fast-check'
import { checkedName, isPossibleName, nameKey, printableName } from '@codelab/auth/users/user-name'

test.each([
  ['case', 'Anna', 'aNNA'],
  ['Unicode form', 'J\u00fcrgen', 'Ju\u0308rgen'],
  ['Cyrillic case', 'Ольга', 'ОЛЬГА'],
])('names that differ only in %s are one', (_what, a, b) => {
  expect(nameKey(a)).toBe(nameKey(b))
})

test('the key of a key is the key itself', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      (name) => nameKey(nameKey(name)) === nameKey(name),
    ),
  )
})

test.each([
  ['nothing', ''],
  ['only spaces', '   '],
  ['a space at its end', 'anna '],
  ['a line break', 'an\nna'],
  ['NUL', 'an\u0000na'],
  ['a zero-width joiner', 'an\u200dna'],
  ['a right-to-left override', 'an\u202ena'],
  ['65 characters', 'a'.repeat(65)],
])('a name of %s is refused', (_what, name) => {
  expect(() => checkedName(name)).toThrow(
    expect.objectContaining({ code: 'invalid_request', field: 'name' }),
  )
})

test('a name keeps its case and spaces inside, in composed form', () => {
  expect(checkedName('Ju\u0308rgen von Berg')).toBe('J\u00fcrgen von Berg')
})

test('64 characters beyond the basic plane are still 64 characters', () => {
  expect(checkedName('𝒜'.repeat(64))).toHaveLength(128)
})

test('what can be no name is known without asking the database', () => {
  expect([
    isPossibleName('anna'),
    isPossibleName('a\u0000'),
    isPossibleName('a'.repeat(65)),
  ]).toEqual([true, false, false])
})

test('a typed name is cut and cleaned for records', () => {
  expect(printableName(`a\u0000b${'c'.repeat(100)}`)).toBe(`a\uFFFDb${'c'.repeat(61)}`)
})
