import { warningsOfCommand } from '@codelab/engine/workspace/preview/command-warnings'
import { controlIn, hiddenIn, warningsOfPath } from '@codelab/engine/workspace/preview/warnings'

const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code)

test.each([
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200e',
  '\u00ad',
  '\u2060',
  '\u3164',
  '\u{e0041}',
  'x\ufeff',
])('%j is hidden', (text) => {
  expect(codes(hiddenIn('fine', text))).toEqual(['hidden_characters'])
})

test.each(['\ufeffstart', '👩‍💻', '❤️', 'עברית', 'العربية', 'naïve', '\t\r\n'])(
  '%j is not',
  (text) => {
    expect(hiddenIn(text)).toEqual([])
    expect(controlIn(text)).toEqual([])
  },
)

test.each(['\u001b[31m', '\u0000', '\u0007', '\u009b', '\u007f'])(
  '%j controls a terminal',
  (text) => {
    expect(codes(controlIn(text))).toEqual(['control_characters'])
  },
)

test.each([
  ['.vscode/settings.json', ['always_asks']],
  ['sub/.github/workflows/x.yml', ['always_asks']],
  ['.env.local', ['always_asks']],
  ['package.json', ['runs_later']],
  ['x.code-workspace', ['always_asks']],
  ['a\nb', ['control_characters']],
  ['src/environment.ts', []],
])('the path %j: %j', (path, expected) => {
  expect(codes(warningsOfPath(path))).toEqual(expected)
})

test.each([
  [['ls', 'src'], []],
  [['cat', 'src/../a'], []],
  [['cat', '../x'], ['outside_risk']],
  [['cat', '/project/a'], []],
  [['cat', '/project-sibling/a'], ['outside_risk']],
  [['cp', 'a', '--target=/etc'], ['outside_risk']],
  [['curl', '-d', '@/etc/passwd'], ['outside_risk']],
  [
    ['ls', '~/.ssh'],
    ['always_asks', 'outside_risk'],
  ],
  [['/usr/bin/env'], []],
  [['rm', '-r', '.git'], ['inside_git']],
])('the command %j: %j', (argv, expected) => {
  expect(codes(warningsOfCommand('/project', argv))).toEqual(expected)
})
