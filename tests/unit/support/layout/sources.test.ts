import { codeOf, importsOf } from '../../../support/layout/sources.ts'

describe('the reader of imports', () => {
  test.each([
    ["import { a } from './a.ts'", './a.ts', false],
    ["import type { A } from './a.ts'", './a.ts', true],
    ["import {\n  a,\n  type B,\n} from 'b'", 'b', false],
    ["import * as c from 'c'", 'c', false],
    ["import 'd'", 'd', false],
    ["import e, { f } from 'e'", 'e', false],
    ["export { f } from './f.ts'", './f.ts', false],
    ["export type { G } from './g.ts'", './g.ts', true],
    ["export * from './h.ts'", './h.ts', false],
    ["  const i = await import('i')", 'i', false],
    ["const j = createRequire(import.meta.url)('j')", 'j', false],
    ["const k = require('k')", 'k', false],
  ])('finds the one of %j', (text, from, typeOnly) => {
    expect(importsOf(`const before = 'x'\n${text}\n`)).toEqual([{ from, typeOnly, line: 2 }])
  })

  test.each([
    "// import { a } from './a.ts'",
    " * import('b')",
    "export const c = 'from'",
    'const imported = 5',
  ])('finds none in %j', (text) => expect(importsOf(text)).toEqual([]))
})

test('what a line says in comments is not its code', () => {
  expect(codeOf('  // process.env')).toBe('')
  expect(codeOf(' * process.env')).toBe('')
  expect(codeOf('const a = 1 // process.env')).toBe('const a = 1')
  expect(codeOf("const url = 'http://a'")).toBe("const url = 'http://a'")
})
