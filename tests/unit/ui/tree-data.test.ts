import { gitMarks, treeOf } from '../../../desktop-client/ui/src/screens/project/tree/tree-data.ts'

const entry = (name: string, kind: 'file' | 'folder') => ({ name, kind, ignored: false })

test('a folder that was not read has no children yet; one that was has its own', () => {
  const tree = treeOf(
    new Map([
      ['', [entry('src', 'folder'), entry('docs', 'folder'), entry('a.ts', 'file')]],
      ['src', [entry('b.ts', 'file')]],
    ]),
  )
  expect(tree.map(({ id, children }) => [id, children?.map((child) => child.id) ?? null])).toEqual([
    ['src', ['src/b.ts']],
    ['docs', []],
    ['a.ts', null],
  ])
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
