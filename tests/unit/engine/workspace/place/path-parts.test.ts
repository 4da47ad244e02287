import { isInsideGit, namesIn, partsOf } from '@codelab/engine/workspace/place/path-parts'
import fc from 'fast-check'

test.each([
  ['a/b', ['a', 'b']],
  ['./a//b/', ['a', 'b']],
  ['a/../b', ['b']],
  ['.', []],
  ['a/..', []],
  ['...', ['...']],
])('%j has the parts %j', (path, parts) => {
  expect(partsOf(path)).toEqual(parts)
})

test.each(['..', 'a/../..', '/a', 'C:a', '', 'a\0b', '\\\\x', 'a\\..\\..\\b'])(
  '%j is no path inside',
  (path) => {
    expect(() => partsOf(path)).toThrow(expect.objectContaining({ code: 'path_outside_workspace' }))
  },
)

test('broken Unicode is refused', () => {
  expect(() => partsOf('a\ud800')).toThrow(expect.objectContaining({ code: 'invalid_arguments' }))
})

test('no path whatever has a part that climbs or is empty', () => {
  const piece = fc.oneof(
    fc.constantFrom('..', '.', '', '/', '\\', 'a', ' ', '\0', 'C:'),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      let parts: string[] = []
      try {
        parts = partsOf(pieces.join('/'))
      } catch (error) {
        expect(error).toMatchObject({ name: 'ToolFailure' })
      }
      expect(parts.some((part) => ['', '.', '..'].includes(part) || part.includes('/'))).toBe(false)
      expect(namesIn(parts.join('/'))).toEqual(parts)
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  '.git',
  '.GIT',
  '.git ',
  '.git.',
  '.git. .',
  'git~1',
  'GIT~1',
  '.g\u200cit',
  '\uff0egit',
  '.git::$INDEX_ALLOCATION',
])("%j is git's own on some file system", (name) => {
  expect(isInsideGit(['a', name, 'b'])).toBe(true)
})

test.each(['git', '.gitignore', '.github', 'x.git', '.git2', 'git~2', '..git'])(
  '%j is not',
  (name) => {
    expect(isInsideGit([name])).toBe(false)
  },
)
