import { cleanJson, cleanText } from '../../../../services/agent/src/turn/text.ts'

test('a text loses what PostgreSQL cannot store, and nothing else', () => {
  expect(cleanText('a\0b')).toBe('a\uFFFDb')
  expect(cleanText('half \ud83d and low \udc00')).toBe('half \uFFFD and low \uFFFD')
  expect(cleanText('whole 😀 \n\t\u0001 é')).toBe('whole 😀 \n\t\u0001 é')
})

test('every string inside a JSON value is cleaned, keys too', () => {
  expect(cleanJson({ 'k\0': ['a\0', { deep: '\ud83d' }, 1, null, true] })).toEqual({
    'k\uFFFD': ['a\uFFFD', { deep: '\uFFFD' }, 1, null, true],
  })
})
