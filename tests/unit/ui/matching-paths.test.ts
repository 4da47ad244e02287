import { matchingPaths } from '../../../desktop-client/ui/src/screens/project/find/matching-paths.ts'

const paths = ['src/app/main.ts', 'src/main/app.ts', 'docs/maintenance.md', 'package.json']

test('the name counts more than the folders', () => {
  expect(matchingPaths(paths, 'app', 10)).toEqual(['src/main/app.ts', 'src/app/main.ts'])
})

test('letters in their order are enough', () => {
  expect(matchingPaths(paths, 'pkgjs', 10)).toEqual(['package.json'])
})

test('capitals do not matter, what does not fit is left out, and at most so many are answered', () => {
  expect(matchingPaths(paths, 'MAIN', 10)).toEqual([
    'src/app/main.ts',
    'docs/maintenance.md',
    'src/main/app.ts',
  ])
  expect(matchingPaths(paths, 'nothing like it', 10)).toEqual([])
  expect(matchingPaths(paths, '', 2)).toHaveLength(2)
})
