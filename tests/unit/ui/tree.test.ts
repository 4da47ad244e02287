import { gitMarks } from '../../../desktop-client/ui/src/screens/project/tree/git-marks.ts'
import { linesOf } from '../../../desktop-client/ui/src/screens/project/tree/naming.ts'
import { lineFor, stepFor } from '../../../desktop-client/ui/src/screens/project/tree/tree-keys.ts'
import {
  folderAt,
  visibleRows,
} from '../../../desktop-client/ui/src/screens/project/tree/visible-rows.ts'

const entry = (name: string, kind: 'file' | 'folder') => ({ name, kind, ignored: false })
const folders = new Map([
  ['', [entry('docs', 'folder'), entry('src', 'folder'), entry('a.ts', 'file')]],
  ['src', [entry('deep', 'folder'), entry('b.ts', 'file')]],
  ['src/deep', [entry('c.ts', 'file')]],
])
const rows = visibleRows(folders, new Set(['src', 'src/deep', 'docs']))
const press = (key: string, at: number, held = {}) =>
  stepFor({ key, ctrlKey: false, metaKey: false, ...held }, rows, at, 10)

test('open folders show what was read of them, each with its place among its own', () => {
  expect(rows.map(({ path, level, place, of }) => [path, level, place, of])).toEqual([
    ['docs', 1, 1, 3],
    ['src', 1, 2, 3],
    ['src/deep', 2, 1, 2],
    ['src/deep/c.ts', 3, 1, 1],
    ['src/b.ts', 2, 2, 2],
    ['a.ts', 1, 3, 3],
  ])
  expect(visibleRows(folders, new Set(['src/deep'])).map(({ path }) => path)).toEqual([
    'docs',
    'src',
    'a.ts',
  ])
})

test.each([
  ['ArrowDown', 0, { step: 'go', to: 1 }],
  ['ArrowDown', 5, { step: 'go', to: 5 }],
  ['ArrowUp', 0, { step: 'go', to: 0 }],
  ['PageDown', 1, { step: 'go', to: 5 }],
  ['Home', 4, { step: 'go', to: 0 }],
  ['End', 0, { step: 'go', to: 5 }],
  ['ArrowRight', 1, { step: 'go', to: 2 }],
  ['ArrowRight', 5, undefined],
  ['ArrowLeft', 1, { step: 'fold' }],
  ['ArrowLeft', 3, { step: 'go', to: 2 }],
  ['ArrowLeft', 5, undefined],
  ['Enter', 5, { step: 'open' }],
  ['F2', 5, { step: 'rename' }],
  ['Delete', 5, { step: 'trash' }],
  ['Delete', -1, undefined],
  ['x', 0, undefined],
])('%s at line %d', (key, at, step) => expect(press(key, at)).toEqual(step))

test('a closed folder is opened by going right; Ctrl+Z takes back, other shortcuts are not ours', () => {
  const closed = visibleRows(folders, new Set())
  expect(stepFor({ key: 'ArrowRight', ctrlKey: false, metaKey: false }, closed, 0, 10)).toEqual({
    step: 'unfold',
  })
  expect(press('z', 0, { ctrlKey: true })).toEqual({ step: 'undo' })
  expect(press('ArrowDown', 0, { ctrlKey: true })).toBeUndefined()
})

test('typing a name goes to its line: one letter to the next, more keep the one that fits', () => {
  expect(lineFor('d', rows, 0)).toBe(2)
  expect(lineFor('d', rows, 2)).toBe(0)
  expect(lineFor('de', rows, 2)).toBe(2)
  expect(lineFor('dd', rows, 0)).toBe(2)
  expect(lineFor('dd', rows, 2)).toBe(0)
  expect(lineFor('dx', rows, 0)).toBeUndefined()
  expect(lineFor('x', rows, 0)).toBeUndefined()
})

test('something new is named first in its folder: of a file, in the folder beside it', () => {
  expect(folderAt(rows[4])).toBe('src')
  expect(folderAt(rows[1])).toBe('src')
  expect(folderAt(undefined)).toBe('')
  const lines = linesOf(rows, { kind: 'file', at: 'src' })
  expect(lines.map(({ isNew }) => isNew === true).indexOf(true)).toBe(2)
  expect(linesOf(rows, { kind: 'file', at: '' })[0]).toMatchObject({ isNew: true, level: 1 })
  expect(linesOf(rows, { kind: 'rename', at: 'a.ts' })).toBe(rows)
})

test('what git says of a file marks the folders above it, and its own mark is stronger', () => {
  const marks = gitMarks([
    { path: 'src/deep/a.ts', state: 'modified', staged: false },
    { path: 'new/', state: 'untracked', staged: false },
  ])
  expect(Object.fromEntries(marks)).toEqual({
    'src/deep/a.ts': 'modified',
    src: 'inside',
    'src/deep': 'inside',
    new: 'untracked',
  })
})
