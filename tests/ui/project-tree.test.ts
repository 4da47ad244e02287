import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { until } from '../support/until.ts'
import { editorOf, lineOf, openProjectPage, type ProjectPage } from './project-page.ts'

/** The file tree: what a person does in it, by keys and by the menu, and the way back. */
let project: ProjectPage
let page: Page

beforeAll(async () => {
  project = await openProjectPage({
    'README.md': '# A project\n',
    'src/a.ts': 'export const a = 1\n',
    'src/deep/b.ts': 'export const b = 2\n',
    'docs/guide.md': 'Read this.\n',
  })
  page = project.page
}, 120_000)
afterAll(() => project?.close())

const there = (path: string) =>
  stat(project.at(path)).then(
    () => true,
    () => false,
  )
const tree = () => page.getByRole('tree', { name: 'Files' })
const current = () => page.locator('[role=treeitem][aria-selected=true] [data-path]')
const currentPath = async () => current().getAttribute('data-path')
const onCurrent = (path: string) =>
  until(`the current line ${path}`, async () =>
    (await current().count()) > 0 && (await currentPath()) === path ? true : undefined,
  )

test('arrows walk, open and close; Enter opens a file; the tree names its current line', async () => {
  await lineOf(page, 'README.md').waitFor()
  await tree().focus()
  for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
  await lineOf(page, 'src/a.ts').waitFor()
  await page.keyboard.press('ArrowRight')
  await onCurrent('src/deep')
  const named = await tree().getAttribute('aria-activedescendant')
  const row = page.locator(`[id="${named}"]`)
  expect(await row.getAttribute('aria-level')).toBe('2')
  expect(await row.getAttribute('aria-expanded')).toBe('false')
  await page.keyboard.press('a')
  await onCurrent('src/a.ts')
  expect(
    await page
      .locator(`[id="${await tree().getAttribute('aria-activedescendant')}"]`)
      .getAttribute('aria-expanded'),
  ).toBeNull()
  await page.keyboard.press('Enter')
  await editorOf(page, 'src/a.ts').getByText('export const a').waitFor()
  await tree().focus()
  await page.keyboard.press('ArrowLeft')
  await onCurrent('src')
  await page.keyboard.press('ArrowLeft')
  await lineOf(page, 'src/a.ts').waitFor({ state: 'detached' })
})

test('a letter walks to the name that begins with it, also right after another letter and another key', async () => {
  await tree().focus()
  for (const key of ['d', 'Home', 'r']) await page.keyboard.press(key)
  await onCurrent('README.md')
})

test('F2 renames; an open tab goes along with what was typed in it, and Undo takes it back', async () => {
  await lineOf(page, 'README.md').click()
  await editorOf(page, 'README.md').press('Control+End')
  await page.keyboard.type('typed')
  await tree().focus()
  await page.keyboard.press('F2')
  const field = page.getByLabel('New name of README.md')
  await field.and(page.locator(':focus')).waitFor()
  await until(
    'the name without its ending to be chosen',
    async () => (await page.evaluate('document.activeElement.selectionEnd')) === 6,
  )
  await field.fill('a/b.md')
  await page.getByText('A name has no slash in it.').waitFor()
  await page.keyboard.press('Enter')
  await field.fill('START.md')
  await page.keyboard.press('Enter')
  await editorOf(page, 'START.md').getByText('typed').waitFor()
  expect(await there('START.md')).toBe(true)
  await onCurrent('START.md')
  await page.keyboard.press('Control+z')
  await lineOf(page, 'README.md').waitFor()
  await editorOf(page, 'README.md').getByText('typed').waitFor()
  expect([await there('README.md'), await there('START.md')]).toEqual([true, false])
})

test('a rename that the disk tells of before it is answered takes its tab along as well', async () => {
  const heard = page.waitForRequest(/\/file\?path=README\.md$/)
  await page.route(
    '**/entries/move',
    async (route) => {
      const answer = await route.fetch()
      await heard
      await route.fulfill({ response: answer })
    },
    { times: 1 },
  )
  await tree().focus()
  await page.keyboard.press('r')
  await onCurrent('README.md')
  await page.keyboard.press('F2')
  await page.getByLabel('New name of README.md').fill('START.md')
  await page.keyboard.press('Enter')
  await editorOf(page, 'START.md').getByText('typed').waitFor()
  await page.getByText('This file is no longer on the disk.').waitFor({ state: 'detached' })
  await onCurrent('START.md')
  await page.keyboard.press('Control+z')
  await editorOf(page, 'README.md').getByText('typed').waitFor()
  await lineOf(page, 'README.md').waitFor()
})

test('a name that is taken changes nothing and says so; Escape gives a name up', async () => {
  await tree().focus()
  await page.keyboard.press('r')
  await onCurrent('README.md')
  await page.keyboard.press('F2')
  await page.getByLabel('New name of README.md').fill('docs')
  await page.keyboard.press('Enter')
  await page.getByText('Something with that name is there already').waitFor()
  await tree().focus()
  await page.keyboard.press('F2')
  await page.getByLabel('New name of README.md').fill('other.md')
  await page.keyboard.press('Escape')
  await lineOf(page, 'README.md').waitFor()
  expect((await readdir(project.folder)).toSorted()).toEqual(['README.md', 'docs', 'src'])
})

test('the menu of a folder makes a file and a folder in it; a new file opens', async () => {
  await lineOf(page, 'docs').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'New file…' }).click()
  await page.getByLabel('Name of the new file').fill('more/notes.md')
  await page.keyboard.press('Enter')
  await editorOf(page, 'docs/more/notes.md').waitFor()
  expect(await readFile(project.at('docs/more/notes.md'), 'utf8')).toBe('')
  await lineOf(page, 'docs').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'New folder…' }).click()
  await page.getByLabel('Name of the new folder').fill('images')
  await page.keyboard.press('Enter')
  await onCurrent('docs/images')
  expect((await stat(project.at('docs/images'))).isDirectory()).toBe(true)
})

test('the menu comes by the keyboard too, and copies a path', async () => {
  await tree().focus()
  await page.keyboard.press('Shift+F10')
  // A menu takes the keyboard a moment after it is drawn.
  await page.locator('[role=menu]:focus, [role=menu] :focus').waitFor()
  await page.keyboard.press('c')
  await page.getByRole('menuitem', { name: 'Copy the path' }).and(page.locator(':focus')).waitFor()
  await page.keyboard.press('Enter')
  await until('the copied path', async () =>
    (await page.evaluate('navigator.clipboard.readText()')) === 'docs/images' ? true : undefined,
  )
})

test('Delete puts a whole folder into the trash and closes its tabs; Undo brings it back', async () => {
  await lineOf(page, 'src').click()
  await lineOf(page, 'src/a.ts').waitFor()
  await tree().focus()
  await page.keyboard.press('Delete')
  await page.getByText('“src” is in the trash.').waitFor()
  expect(await there('src')).toBe(false)
  expect(await readdir(join(project.home, '.local/share/Trash/files'))).toEqual(['src'])
  await page.getByRole('tab', { name: 'a.ts' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await lineOf(page, 'src/deep').waitFor()
  expect(await readFile(project.at('src/deep/b.ts'), 'utf8')).toBe('export const b = 2\n')
})

test('a deleted file with unsaved changes stays open, says so, and can be put back', async () => {
  await lineOf(page, 'README.md').click()
  await editorOf(page, 'README.md').getByText('typed').waitFor()
  await tree().focus()
  await page.keyboard.press('Delete')
  await page.getByText('This file is no longer on the disk.').waitFor()
  await editorOf(page, 'README.md').getByText('typed').waitFor()
  await page.getByRole('button', { name: 'Put it back on the disk' }).click()
  await page.getByText('This file is no longer on the disk.').waitFor({ state: 'detached' })
  expect(await readFile(project.at('README.md'), 'utf8')).toBe('# A project\ntyped')
})

test('no script failed', () => expect(project.complaints).toEqual([]))
