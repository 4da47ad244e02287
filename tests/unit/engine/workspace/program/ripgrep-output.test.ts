import { createMatchReader, type Match } from '@codelab/engine/workspace/program/ripgrep-output'

const match = (path: object, lines: object) =>
  JSON.stringify({ type: 'match', data: { path, lines, line_number: 3, submatches: [] } })

/** Read in pieces of so many bytes. */
const filesIn = (output: string, pieces = 1_000) => {
  const files: (readonly Match[])[] = []
  const reader = createMatchReader((matches) => void files.push(matches))
  const bytes = Buffer.from(output)
  for (let at = 0; at < bytes.length; at += pieces) reader.add(bytes.subarray(at, at + pieces))
  reader.end()
  return files
}

test.each([1, 7, 1_000])('hands on a file when the next begins, read by %d bytes', (pieces) => {
  const output = [
    match({ text: './a' }, { text: 'ä\n' }),
    match({ text: './a' }, { text: 'x\n' }),
    match({ text: './b' }, { text: 'x\n' }),
    '',
  ].join('\n')
  expect(filesIn(output, pieces).map((file) => file.map(({ path, text }) => path + text))).toEqual([
    ['aä\n', 'ax\n'],
    ['bx\n'],
  ])
})

test('takes matches whose name and text are UTF-8, and nothing that is cut off', () => {
  const output = [
    JSON.stringify({ type: 'begin', data: { path: { text: './a' } } }),
    match({ text: './a' }, { text: 'x\n' }),
    match({ bytes: '/w==' }, { text: 'x\n' }),
    match({ text: './b' }, { bytes: '/w==' }),
    '',
    match({ text: './c' }, { text: 'x' }).slice(0, 40),
  ].join('\n')
  expect(filesIn(output)).toEqual([[{ path: 'a', line: 3, text: 'x\n' }]])
})
