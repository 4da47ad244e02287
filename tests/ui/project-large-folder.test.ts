import { until } from '../support/until.ts'
import { lineOf, openProjectPage, type ProjectPage } from './project-page.ts'

const large = Array.from({ length: 1_200 }, (_, n) => `large/n${String(n).padStart(4, '0')}.txt`)

let project: ProjectPage

beforeAll(async () => {
  project = await openProjectPage(Object.fromEntries(large.map((path) => [path, ''])))
}, 120_000)
afterAll(() => project?.close())

test('a large folder is shown by its beginning first, then whole', async () => {
  const { page } = project
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('path=large')) asked.push(new URL(request.url()).search)
  })
  await lineOf(page, 'large').click()
  await lineOf(page, large[0]!).waitFor()
  await page.getByRole('tree', { name: 'Files' }).focus()
  await until('its last file', async () => {
    await page.keyboard.press('End')
    return (await lineOf(page, large.at(-1)!).count()) > 0 ? true : undefined
  })
  expect(asked).toEqual(['?path=large&first=500', '?path=large'])
})
