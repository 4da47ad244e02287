import { matchesOf } from '@codelab/engine/workspace/program/ripgrep-output'

const match = (path: object, lines: object) =>
  JSON.stringify({ type: 'match', data: { path, lines, line_number: 3, submatches: [] } })

test('takes matches whose name and text are UTF-8, and nothing that is cut off', () => {
  const output = [
    JSON.stringify({ type: 'begin', data: { path: { text: './a' } } }),
    match({ text: './a' }, { text: 'x\n' }),
    match({ bytes: '/w==' }, { text: 'x\n' }),
    match({ text: './b' }, { bytes: '/w==' }),
    '',
    match({ text: './c' }, { text: 'x' }).slice(0, 40),
  ].join('\n')
  expect(matchesOf(output)).toEqual([{ path: 'a', line: 3, text: 'x\n' }])
})
