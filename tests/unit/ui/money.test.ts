import { money } from '../../../desktop-client/ui/src/texts/money.ts'

/** Languages part a number from its sign by spaces of several kinds. */
const shown = (language: string, amount: number, currency: string) =>
  money(language)(amount, currency).replaceAll(/\s/g, ' ')

test.each([
  [0, '$0.00'],
  [0.0000123, '$0.000012'],
  [0.0042, '$0.0042'],
  [0.05, '$0.05'],
  [0.5, '$0.50'],
  [0.999, '$1.00'],
  [12.346, '$12.35'],
  [1234.5, '$1,234.50'],
])('%d dollars are %s', (amount, text) => {
  expect(shown('en', amount, 'USD')).toBe(text)
})

test('in Russian, and in a currency without cents', () => {
  expect(shown('ru', 0.0042, 'USD')).toBe('0,0042 $')
  expect(shown('ru', 1.5, 'RUB')).toBe('1,50 ₽')
  expect(shown('en', 0.042, 'JPY')).toBe('¥0.042')
  expect(shown('en', 42.4, 'JPY')).toBe('¥42')
})
