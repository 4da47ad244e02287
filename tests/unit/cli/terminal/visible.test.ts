import { harmless, hidesSomething, visibleLine, visibleText } from '@codelab/cli/terminal/visible'

describe('text where a person decides', () => {
  test.each([
    ['an escape sequence', 'rm\u001B[2K', 'rm\\u{1b}[2K'],
    ['a turned direction', 'safe\u202Etxt.exe', 'safe\\u{202e}txt.exe'],
    ['isolates', '\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['a zero-width space', 'a\u200Bb', 'a\\u{200b}b'],
    ['a line break', 'a\nb', 'a\\nb'],
    ['a carriage return', 'rm -rf\rls', 'rm -rf\\rls'],
    ['tag characters', 'a\u{E0041}', 'a\\u{e0041}'],
    ['a filler that looks like nothing', 'a\u3164b', 'a\\u{3164}b'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['a lone surrogate', 'a\uD800', 'a\\u{d800}'],
    ['ordinary text', 'привет, 你好 é', 'привет, 你好 é'],
  ])('%s is seen', (_, text, shown) => {
    expect(visibleLine(text)).toBe(shown)
  })

  test('keeps lines and tabs of a file, nothing else that steers', () => {
    expect(visibleText('a\tb\nc\r\u0007')).toBe('a\tb\nc\\u{d}\\u{7}')
  })

  test('knows when a text holds more than it shows', () => {
    expect(hidesSomething('plain\n\ttext')).toBe(false)
    expect(hidesSomething('pl\u200Bain')).toBe(true)
  })
})

describe("a model's text", () => {
  test('cannot steer the terminal, and keeps its emoji whole', () => {
    expect(harmless('\u001B]0;title\u0007ok\r\n')).toBe('\\u{1b}]0;title\\u{7}ok\n')
    expect(harmless('👩‍💻')).toBe('👩‍💻')
    expect(harmless('\u202Eevil')).toBe('\\u{202e}evil')
  })
})
