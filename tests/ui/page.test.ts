import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { startEngine } from './engine.ts'

/** The page in a real browser, served by the real engine, against the whole platform. */
let platform: StartedPlatform
let engine: Awaited<ReturnType<typeof startEngine>>
let browser: Browser
let scratch: string
let folder: string
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codelab-ui-'))
  folder = join(scratch, 'project')
  await mkdir(join(folder, 'src'), { recursive: true })
  await writeFile(join(folder, 'README.md'), '# A project\n')
  await writeFile(join(folder, 'src/a.ts'), 'export const a = 1\n')
  platform = await startPlatform()
  engine = await startEngine({
    home: join(scratch, 'home'),
    server: platform.ready.gateway,
    folder,
  })
  browser = await launchChromium()
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1400, height: 850 },
  })
  page = await context.newPage()
  page.setDefaultTimeout(30_000)
  page.on(
    'console',
    (message) => void (message.type() === 'error' && complaints.push(message.text())),
  )
  page.on('pageerror', (error) => void complaints.push(error.message))
  await page.goto(engine.entry)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await engine?.stop()
  await platform?.remove()
  await rm(scratch, { recursive: true, force: true })
}, 60_000)

const say = async (text: string) => {
  await page.getByLabel('Message', { exact: true }).fill(text)
  await page.keyboard.press('Enter')
}
/** A row of the file tree. */
const file = (path: string) => page.locator(`[role=treeitem] [data-path="${path}"]`)
const shown = (text: string) => page.getByText(text, { exact: true }).first().waitFor()

test('a wrong password is said in words, the right one signs in', async () => {
  const { username, password } = platform.ready
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in with a password' }).click()
  await shown('User name or password is wrong.')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in with a password' }).click()
  await file('README.md').waitFor()
}, 120_000)

test('a question is answered, with the tool call that it took', async () => {
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await say('read README.md')
  await page.getByRole('button', { name: /read_file README\.md.*done/ }).waitFor()
  await page.getByText('README.md has 1 line.').waitFor()
})

test('a write shows its difference first; Enter decides nothing, the approval does', async () => {
  await say('write "hello" to hello.txt')
  await page.getByRole('heading', { name: 'CodeLab wants to use write_file' }).waitFor()
  await page.getByLabel('After').getByText('hello').waitFor()
  await page.keyboard.press('Enter')
  await expect(readFile(join(folder, 'hello.txt'))).rejects.toMatchObject({ code: 'ENOENT' })
  await page.keyboard.press('Control+Enter')
  expect(
    await until('the file', () =>
      readFile(join(folder, 'hello.txt'), 'utf8').catch(() => undefined),
    ),
  ).toBe('hello')
  await file('hello.txt').waitFor()
})

test('edited arguments are looked at again, run as edited, and told to the assistant', async () => {
  await say('write "one" to edited.txt')
  await page.getByRole('heading', { name: 'CodeLab wants to use write_file' }).waitFor()
  await page.getByRole('button', { name: 'Edit…' }).click()
  await page.getByLabel('content').fill('two')
  await page.getByRole('button', { name: 'Show what this would do' }).click()
  await page.getByLabel('After').getByText('two').waitFor()
  await page.getByRole('button', { name: /Approve once/ }).click()
  await page.getByRole('button', { name: /write_file edited\.txt.*done/ }).waitFor()
  expect(await readFile(join(folder, 'edited.txt'), 'utf8')).toBe('two')
})

test('a rejection with a reason changes nothing, and the assistant answers it', async () => {
  await say('delete README.md')
  await page.getByRole('heading', { name: 'CodeLab wants to use delete_file' }).waitFor()
  await page.getByLabel('A word to the assistant (optional)').fill('it is needed')
  await page.getByRole('button', { name: 'Reject', exact: true }).click()
  await page.getByRole('button', { name: /delete_file README\.md.*rejected/ }).waitFor()
  await page.getByText('it is needed').last().waitFor()
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# A project\n')
})

test('a file is opened, changed and saved; what changed outside meanwhile is not written over', async () => {
  await file('README.md').dblclick()
  const editor = page.getByRole('textbox', { name: 'README.md' })
  await editor.waitFor()
  await editor.press('Control+End')
  await page.keyboard.type('more')
  await page.keyboard.press('Control+s')
  await until('the saved file', async () =>
    (await readFile(join(folder, 'README.md'), 'utf8')) === '# A project\nmore' ? true : undefined,
  )
  await page.keyboard.type(' mine')
  await writeFile(join(folder, 'README.md'), 'theirs\n')
  await page.keyboard.press('Control+s')
  await page.getByText('Something else changed this file').waitFor()
  expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('theirs\n')
  await page.getByRole('button', { name: 'Take what is on the disk' }).click()
  await editor.getByText('theirs').waitFor()
})

test('a job is started, followed to its end, and its result is kept', async () => {
  await page.keyboard.press('Control+2')
  await page.getByLabel('What is to be done').fill('count to 5')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await page.locator('[data-job][data-state-of=succeeded]').waitFor()
  await page.getByText('Result', { exact: true }).click()
  await page.locator('[data-job] pre').getByText('1 2 3 4 5').waitFor()
})

test('the page speaks Russian and turns dark when it is told to', async () => {
  await page.keyboard.press('Control+,')
  await page.getByLabel('Dark', { exact: true }).click()
  await until('the dark theme', async () =>
    (await page.locator('html').getAttribute('data-theme')) === 'dark' ? true : undefined,
  )
  await page.getByLabel('Русский').click()
  await page.getByRole('heading', { name: 'Настройки' }).waitFor()
  await page.getByLabel('English').click()
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
})

test('nothing was refused by the page’s own policy, and no script failed', () => {
  // A wrong password is a refused request, which the browser notes.
  expect(complaints.filter((text) => !/status of 40[01]|status of 409/.test(text))).toEqual([])
})
