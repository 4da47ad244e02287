import type { Page } from 'playwright-core'
import { openProjectPage, type ProjectPage } from './project-page.ts'

/** A search of many files, in a real browser on the real engine. */
let project: ProjectPage
let page: Page

beforeAll(async () => {
  const files = Array.from({ length: 1_200 }, (_, at) => [
    `many/f${String(at).padStart(4, '0')}.txt`,
    `needle ${at}.\n`,
  ])
  project = await openProjectPage(Object.fromEntries(files) as Record<string, string>)
  page = project.page
}, 120_000)
afterAll(() => project?.close())

test('a search shows what it has found while it looks on; typing on ends it', async () => {
  await page.keyboard.press('Control+Shift+F')
  // Seen in the page itself: a question from here could come too late.
  const seen = page.evaluate(`new Promise((resolve) => new MutationObserver((_, observer) => {
    const section = document.querySelector('section[aria-label="Find in files"]')
    const searches = section?.innerText.includes('Searching')
    if (!searches || section.querySelector('section[aria-label^="many/"]') === null) return
    observer.disconnect()
    resolve(true)
  }).observe(document.body, { childList: true, subtree: true, characterData: true }))`)
  const box = page.getByRole('searchbox', { name: 'Find in files' })
  await box.fill('needle')
  expect(await seen).toBe(true)
  await page.getByText('1,000 lines in 1,000 files').waitFor()
  await page.getByText('There are more than these; 1,000 lines are shown at most.').waitFor()
  await box.fill('needle 1')
  await box.fill('needle 17.')
  await page.getByText('1 line in 1 file').waitFor()
  expect(await page.getByRole('button', { name: /needle/ }).allTextContents()).toEqual([
    expect.stringContaining('needle 17.'),
  ])
}, 60_000)

test('no script failed', () => expect(project.complaints).toEqual([]))
