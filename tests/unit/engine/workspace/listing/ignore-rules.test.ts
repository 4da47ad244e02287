import { isIgnored, rulesOf } from '@codelab/engine/workspace/listing/ignore-rules'

const layers = [
  { folder: '', rules: rulesOf('*.log\nbuild/\n/top\n') },
  { folder: 'src', rules: rulesOf('!keep.log\n/own\n') },
]

test.each([
  ['x.log', false, true],
  ['src/x.log', false, true],
  ['src/keep.log', false, false],
  ['keep.log', false, true],
  ['build', true, true],
  ['build', false, false],
  ['top', false, true],
  ['src/own', false, true],
  ['src/deep/own', false, false],
])('%s (folder: %s) is left out: %s', (path, isFolder, ignored) => {
  const above = path.startsWith('src/') ? layers : layers.slice(0, 1)
  expect(isIgnored(above, path, isFolder)).toBe(ignored)
})

test('rules that would cost minutes are left out, the others hold', () => {
  const hostile = rulesOf(`${'*a'.repeat(40)}b\n*.log\n${'x'.repeat(5_000)}\n`)
  expect(hostile.test(`${'a'.repeat(250)}`).ignored).toBe(false)
  expect(hostile.test('y.log').ignored).toBe(true)
})
