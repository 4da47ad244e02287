import { exitCodeOf } from '@codelab/cli/exit-codes'
import { languageOf, textsIn } from '@codelab/cli/texts/texts'
import { Failure } from '@codelab/runtime/failure'

type Catalogue = { [key: string]: string | ((...words: never[]) => string) | Catalogue }

const entriesOf = (catalogue: Catalogue, path = ''): [string, string][] =>
  Object.entries(catalogue).flatMap(([key, entry]): [string, string][] => {
    if (typeof entry === 'object') return entriesOf(entry, `${path}${key}.`)
    const text = typeof entry === 'string' ? entry : entry(...([2, 'b'] as never[]))
    return [[path + key, text]]
  })

describe('catalogues', () => {
  test('have the same entries, none empty and none left untranslated', () => {
    const [en, ru] = [entriesOf(textsIn('en')), entriesOf(textsIn('ru'))]
    expect(ru.map(([key]) => key)).toEqual(en.map(([key]) => key))
    const russian = ru.filter(([key]) => key !== 'failure.prefix' && key !== 'whoami.line')
    expect(russian.filter(([, text]) => !/\p{Script=Cyrillic}/u.test(text))).toEqual([])
  })

  test.each([
    [{ LANG: 'ru_RU.UTF-8' }, 'ru'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'ru_RU.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LC_MESSAGES: 'ru_RU', LANG: 'en_US' }, 'ru'],
    [{}, 'en'],
  ] as const)('%j speaks %s', (env, language) => {
    expect(languageOf(env)).toBe(language)
  })
})

describe('exit codes', () => {
  test.each([
    ['invalid_request', 2],
    ['unauthorized', 3],
    ['token_expired', 3],
    ['unavailable', 4],
    ['upstream_failed', 1],
    ['not_found', 1],
  ] as const)('%s: %i', (code, exit) => {
    expect(exitCodeOf(new Failure(code))).toBe(exit)
    expect(exitCodeOf(new Error('anything'))).toBe(1)
  })
})
