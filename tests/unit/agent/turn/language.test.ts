import { languageOf } from '../../../../services/agent/src/turn/language.ts'

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['ru', 'ru'],
  ['RU-ru', 'ru'],
  ['en-US,en;q=0.9,ru;q=0.8', 'en'],
  ['de-DE, ru;q=0.5', 'ru'],
  ['ru;q=0.2, en;q=0.3', 'en'],
  ['ru;q=0', 'en'],
  ['ru; q=0.4 , en ;q=0.3', 'ru'],
  ['*', 'en'],
  ['rusyn, eng', 'en'],
  [';;;,,,q=1', 'en'],
])('of %j the language is %s', (header, language) => {
  expect(languageOf(header)).toBe(language)
})
