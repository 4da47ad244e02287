import { folderOfLink } from '../../../desktop-client/ui/src/app/folder-of-link.ts'

test('the folder of a link that asks for one', () => {
  expect(folderOfLink('codelab://open?folder=%2Fhome%2Fann%2Fmy%20project')).toBe(
    '/home/ann/my project',
  )
})

test.each([
  undefined,
  '',
  'no link',
  'codelab://open',
  'codelab://open?folder=',
  'codelab://session/1?folder=/home',
  'https://open/?folder=/home',
])('%s asks for none', (link) => {
  expect(folderOfLink(link)).toBeUndefined()
})
