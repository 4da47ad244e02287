import { guessPath } from '../../../desktop-client/ui/src/screens/conversation/apply/guess-path.ts'
import { placeText } from '../../../desktop-client/ui/src/screens/conversation/apply/place-text.ts'

describe('the file that a block of code is meant for', () => {
  test.each([
    ['ts title="src/a.ts"', 'code', 'src/a.ts'],
    ['ts file=src/a.ts', 'code', 'src/a.ts'],
    ['ts:src/deep/a.test.ts', 'code', 'src/deep/a.test.ts'],
    ['python scripts/run.py', 'code', 'scripts/run.py'],
    ['ts', '// src/a.ts\nexport {}', 'src/a.ts'],
    ['', '# scripts/run.py\nprint()', 'scripts/run.py'],
    ['html', '<!-- pages/index.html -->\n<p>', 'pages/index.html'],
    ['css', '/* a.css */\np {}', 'a.css'],
    ['ts', '// file: src/a.ts\n', 'src/a.ts'],
    ['', '', undefined],
    ['ts', 'const a = 1', undefined],
    ['ts', '// see src/a.ts for more', undefined],
    ['bash', '# install it first', undefined],
  ])('of %j with %j is %j', (info, code, path) => {
    expect(guessPath(info, code)).toBe(path)
  })

  test('is not looked for in a line that nobody reads to its end', () => {
    expect(guessPath('', `// ${'a'.repeat(1_000)}.ts`)).toBeUndefined()
  })
})

describe('a piece in its file', () => {
  test('replaces it, or comes after it, and ends with one line feed', () => {
    expect(placeText('old\n', 'new', 'whole')).toBe('new\n')
    expect(placeText('old', 'new\n', 'end')).toBe('old\nnew\n')
    expect(placeText('', 'new', 'end')).toBe('new\n')
  })
})
