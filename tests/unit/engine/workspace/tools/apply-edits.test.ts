import { applyEdits } from '@codelab/engine/workspace/tools/apply-edits'
import fc from 'fast-check'

const apply = (text: string, ...edits: { old: string; new: string }[]) =>
  applyEdits(text, edits, 'f')

test('what occurs once is replaced; nothing in it is special', () => {
  expect(apply('a.b$c', { old: '.b$', new: '$&$1\\' })).toBe('a$&$1\\c')
  expect(apply('x', { old: 'x', new: '' })).toBe('')
})

test.each([
  ['edit_not_found', 'abc', 'd'],
  ['edit_ambiguous', 'abab', 'ab'],
  ['edit_ambiguous', 'aaa', 'aa'],
])('%s: %s has not exactly one %s', (code, text, old) => {
  expect(() => apply(text, { old, new: 'x' })).toThrow(expect.objectContaining({ code }))
})

test('says where an ambiguous text is', () => {
  expect(() => apply('x\ny\nx\n', { old: 'x', new: '' })).toThrow('lines 1, 3')
})

test('keeps CR LF, lone CR, mixed endings and the mark as they are elsewhere', () => {
  expect(apply('a\r\nb\r\n', { old: 'a\nb', new: 'c\nd\n' })).toBe('c\r\nd\r\n\r\n')
  expect(apply('a\r\nb\nc', { old: 'c', new: 'd' })).toBe('a\r\nb\nd')
  expect(apply('a\rb\n', { old: 'b', new: 'c' })).toBe('a\rc\n')
  expect(apply('\ufeffa', { old: 'a', new: 'b' })).toBe('\ufeffb')
})

test('one edit of any text is the same as cutting it out by hand', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ' ', '$', '\u00e9', '\ud83d\ude00'))
    .map((l) => l.join(''))
  fc.assert(
    fc.property(text, text, text, (head, tail, replacement) => {
      expect(apply(`${head}<it>${tail}`, { old: '<it>', new: replacement })).toBe(
        head + replacement + tail,
      )
    }),
  )
})
