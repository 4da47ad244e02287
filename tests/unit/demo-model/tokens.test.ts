import { tokensOf } from '@codelab/demo-model/tokens'
import fc from 'fast-check'

test.each([
  ['1 2 3', ['1 ', '2 ', '3']],
  ['1 2 3 ', ['1 ', '2 ', '3 ']],
  ['a\n\nb', ['a\n\n', 'b']],
  ['understanding', ['understa', 'nding']],
  ['  ', ['  ']],
  ['', []],
])('%j splits predictably', (text, tokens) => {
  expect(tokensOf(text)).toEqual(tokens)
})

test('the tokens of any text joined are the text, and none cuts a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const tokens = tokensOf(text)
      return tokens.join('') === text && tokens.every((token) => token.isWellFormed())
    }),
  )
})
