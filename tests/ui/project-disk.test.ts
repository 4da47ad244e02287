import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { until } from '../support/until.ts'
import { editorOf, lineOf, openProjectPage, type ProjectPage } from './project-page.ts'

/** Open files and what others do to them: another window, another program, a folder that goes and comes back, a restart. */
let project: ProjectPage
let page: Page

beforeAll(async () => {
  project = await openProjectPage({ 'a.txt': 'one\ntwo\n', 'b.txt': 'b\n', 'src/c.txt': 'c\n' })
  page = project.page
}, 120_000)
afterAll(() => project?.close())

const saved = (path: string, text: string) =>
  until(`${path} on the disk`, async () =>
    (await readFile(project.at(path), 'utf8').catch(() => undefined)) === text ? true : undefined,
  )
const open = async (path: string, from = page) => {
  await lineOf(from, path).click()
  await editorOf(from, path).waitFor()
}
const type = async (path: string, text: string, from = page) => {
  await editorOf(from, path).press('Control+End')
  await from.keyboard.type(text)
}

test('a file without unsaved changes follows the disk', async () => {
  await open('a.txt')
  await writeFile(project.at('a.txt'), 'one\nchanged outside\n')
  await editorOf(page, 'a.txt').getByText('changed outside').waitFor()
  expect(await page.getByRole('tab', { name: 'a.txt' }).getAttribute('data-unsaved')).toBe('false')
})

test('one with unsaved changes shows the difference, and what was typed is kept until the person decides', async () => {
  await type('a.txt', 'mine')
  await writeFile(project.at('a.txt'), 'one\ntheirs\n')
  await page.getByText('Something else changed this file').waitFor()
  await page.getByRole('textbox', { name: 'On the disk' }).getByText('theirs').waitFor()
  await editorOf(page, 'a.txt').getByText('mine').waitFor()
  await page.getByRole('button', { name: 'Write mine over it' }).click()
  await saved('a.txt', 'one\nchanged outside\nmine')
  await page.getByText('Something else changed this file').waitFor({ state: 'detached' })
})

test('two windows on one project, of one application and of two, see what the other does', async () => {
  const second = await project.another()
  const third = await project.elsewhere()
  try {
    for (const window of [second, third.page]) await open('b.txt', window)
    await open('b.txt')
    await type('b.txt', 'from the first')
    await page.keyboard.press('Control+s')
    for (const window of [second, third.page])
      await editorOf(window, 'b.txt').getByText('from the first').waitFor()
    await second.getByRole('tree').focus()
    await second.keyboard.press('F2')
    await second.getByLabel('New name of b.txt').fill('renamed.txt')
    await second.keyboard.press('Enter')
    for (const window of [page, third.page]) await lineOf(window, 'renamed.txt').waitFor()
    await page.getByText('This file is no longer on the disk.').waitFor()
    await page.getByRole('button', { name: 'Close it' }).click()
  } finally {
    await second.context().close()
    await third.page.context().close()
    await third.stop()
  }
}, 120_000)

test('more is typed and saved over what is there', async () => {
  await open('a.txt')
  await type('a.txt', ' more')
  await editorOf(page, 'a.txt').press('Control+s')
  await saved('a.txt', 'one\nchanged outside\nmine more')
})

test('a folder that is gone is told with the ways on; what is open stays, and goes on when it is back', async () => {
  await type('a.txt', ' kept')
  await rename(project.folder, `${project.folder}-away`)
  await page.getByRole('heading', { name: 'The project folder is gone' }).waitFor()
  await page.getByRole('button', { name: 'Open another folder' }).waitFor()
  await editorOf(page, 'a.txt').press('Control+s')
  await editorOf(page, 'a.txt').getByText('kept').waitFor()
  await rename(`${project.folder}-away`, project.folder)
  await lineOf(page, 'a.txt').waitFor()
  await editorOf(page, 'a.txt').press('Control+s')
  await saved('a.txt', 'one\nchanged outside\nmine more kept')
})

test('tabs, open folders and what was not saved come back after a restart', async () => {
  await lineOf(page, 'src').click()
  await open('src/c.txt')
  await type('src/c.txt', 'not saved')
  await until('what was typed is kept', async () => {
    const kept = await page.evaluate<string>(
      `(async () => {
        const ask = (path) => fetch('/api/v1/' + path).then((answer) => answer.json())
        const { items } = await ask('projects')
        const { value } = await ask('views/tabs.' + items[0].id)
        const draft = value?.tabs.find(({ path }) => path === 'src/c.txt')?.draft
        return JSON.stringify(draft ? await ask('views/' + draft) : {})
      })()`,
    )
    return kept.includes('not saved')
  })
  page = await project.restart()
  await lineOf(page, 'src/c.txt').waitFor()
  await page.getByRole('tab', { name: 'a.txt' }).waitFor()
  await editorOf(page, 'src/c.txt').getByText('not saved').waitFor()
  expect(await readFile(project.at('src/c.txt'), 'utf8')).toBe('c\n')
  await editorOf(page, 'src/c.txt').press('Control+s')
  await saved('src/c.txt', 'c\nnot saved')
})

test('an unsaved file is not closed without a word', async () => {
  await type('src/c.txt', '!')
  await page.keyboard.press('Control+w')
  await page.getByRole('button', { name: 'Save and close' }).click()
  await saved('src/c.txt', 'c\nnot saved!')
  await page.getByRole('tab', { name: 'c.txt' }).waitFor({ state: 'detached' })
})

test('a search finds, says how much, and opens the line', async () => {
  await page.keyboard.press('Control+Shift+F')
  await page.getByRole('searchbox', { name: 'Find in files' }).fill('changed outside')
  await page.getByText('1 line in 1 file').waitFor()
  await page.getByRole('button', { name: /changed outside/ }).click()
  await editorOf(page, 'a.txt').waitFor()
  await rm(project.at('renamed.txt'))
})

test('no script failed', () => expect(project.complaints).toEqual([]))
