import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../../support/platform.ts'
import { until } from '../../support/until.ts'
import { startEngine } from '../engine.ts'
import { openWindow, signIn, told, type Window } from './window.ts'
import { beginByButton, messageBox, say } from '../talk.ts'

/** Disks that are full or read-only, a folder that goes away, two windows at one project: each told in the page, nothing typed lost. */
let platform: StartedPlatform
let browser: Browser
let window: Window
let page: Page

beforeAll(async () => {
  platform = await startPlatform()
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await platform?.remove()
}, 60_000)
afterEach(() => window?.close())

const row = (at: Page, path: string) => at.locator(`[role=treeitem] [data-path="${path}"]`)
const editor = (at: Page) => at.getByRole('textbox', { name: 'README.md' })
const type = async (at: Page, text: string) => {
  await row(at, 'README.md').dblclick()
  await editor(at).press('Control+End')
  await at.keyboard.type(text)
}
const unsaved = (at: Page) => at.getByRole('tab', { name: /README\.md.*not saved/ })
const approve = async (at: Page) => {
  const once = at.getByRole('button', { name: /Approve once/ })
  await until('the preview', () => once.isEnabled())
  await once.click()
}

/** The folder lies on a small disk of its own, in a mount namespace of the engine. */
const smallDisk =
  (size: string) =>
  (folder: string): string[] => [
    'unshare',
    '-rm',
    'sh',
    '-c',
    `mount -t tmpfs -o size=${size} tmpfs '${folder}' && printf '# A project\\n' > '${folder}/README.md' && exec "$@"`,
    'sh',
  ]

/** Runs a script where the engine sees that disk. */
const beside = (script: string) =>
  promisify(execFile)('nsenter', [
    '--preserve-credentials',
    '-U',
    '-m',
    '-t',
    String(window.engine.pid),
    'sh',
    '-c',
    script,
  ])
const onDisk = async (path: string) => (await beside(`cat '${join(window.folder, path)}'`)).stdout

const show = async (options: Partial<Parameters<typeof openWindow>[1]> = {}) => {
  window = await openWindow(browser, { server: platform.ready.gateway, ...options })
  ;({ page } = window)
  await signIn(page, platform.ready)
}

describe('the disk of the project', () => {
  beforeEach(() => show({ inside: smallDisk('64k') }), 30_000)
  const fill = () => beside(`cat /dev/zero > '${window.folder}/filler' 2>/dev/null; true`)
  const makeReadOnly = () => beside(`mount -o remount,ro '${window.folder}'`)

  test('is full: an edit is not saved, stays in the editor, and is saved once there is room', async () => {
    await type(page, 'mine')
    await fill()
    await page.keyboard.press('Control+s')
    await told(page, 'The disk is full; nothing was changed. Free some space and try again.')
    expect(await onDisk('README.md')).toBe('# A project\n')
    await unsaved(page).waitFor()
    await beside(`rm '${window.folder}/filler'`)
    await editor(page).press('Control+s')
    await until('it is saved', async () => (await onDisk('README.md')) === '# A project\nmine')
    await unsaved(page).waitFor({ state: 'detached' })
  }, 60_000)

  test('is full: what the assistant could not write says why', async () => {
    await fill()
    await beginByButton(page)
    await say(page, 'write "hello" to hello.txt')
    await approve(page)
    const call = page.getByRole('button', { name: /write_file hello\.txt.*failed/ })
    await call.click()
    await page
      .getByRole('log')
      .getByText('hello.txt could not be written: the disk is full.')
      .first()
      .waitFor()
    expect((await beside(`ls -A '${window.folder}'`)).stdout.split('\n')).toEqual([
      'README.md',
      'filler',
      '',
    ])
  }, 60_000)

  test('became read-only: neither person nor assistant writes, and both are told', async () => {
    await type(page, 'mine')
    await makeReadOnly()
    await page.keyboard.press('Control+s')
    await told(page, 'This lies on a read-only disk; nothing was changed.')
    await unsaved(page).waitFor()
    expect(await editor(page).innerText()).toContain('mine')
    await beginByButton(page)
    await say(page, 'write "hello" to hello.txt')
    await approve(page)
    await page.getByRole('button', { name: /write_file hello\.txt.*failed/ }).click()
    await page.getByRole('log').getByText('lies on a read-only file system').first().waitFor()
    expect(await onDisk('README.md')).toBe('# A project\n')
  }, 60_000)
})

test('CodeLab’s own disk is full: settings and drafts say so, and the work goes on', async () => {
  const own = (_: string, home: string) => [
    'unshare',
    '-rm',
    'sh',
    '-c',
    `mkdir -p '${home}' && mount -t tmpfs -o size=256k tmpfs '${home}' && exec "$@"`,
    'sh',
  ]
  await show({ inside: own })
  await beginByButton(page)
  await beside(`cat /dev/zero > '${window.home}/filler' 2>/dev/null; true`)
  await page.keyboard.press('Control+,')
  await page.getByLabel('Dark', { exact: true }).click()
  await told(page, 'The disk is full; nothing was changed. Free some space and try again.')
  await messageBox(page).fill('half a thought')
  await told(page, 'What you type and arrange here is not kept for the next start.')
  expect(await messageBox(page).inputValue()).toBe('half a thought')
  await say(page, 'count to 3')
  await page.getByText('1 2 3', { exact: true }).waitFor()
  await beside(`rm '${window.home}/filler'`)
  await page.getByLabel('Dark', { exact: true }).click()
  await until(
    'the dark theme',
    async () => (await page.locator('html').getAttribute('data-theme')) === 'dark',
  )
}, 120_000)

test('the folder is removed while it is open: told at once; what was typed waits until it is back', async () => {
  await show()
  await beginByButton(page)
  await type(page, 'mine')
  const away = join(window.root, 'away')
  await rename(window.folder, away)
  await told(page, `The folder ${window.folder} is gone. Put it back, or open another one.`)
  await editor(page).press('Control+s')
  expect(await editor(page).innerText()).toContain('mine')
  await unsaved(page).waitFor()
  await say(page, 'read README.md')
  await page.getByRole('button', { name: /read_file README\.md.*failed/ }).waitFor()
  await page.getByRole('button', { name: 'New', exact: true }).click()
  // That the folder is gone, and that nothing can begin in it.
  const above = page.locator('[class*=workbench] > [role=alert]')
  await until('both', async () => (await above.count()) === 2)
  // Another folder under the same name, with the file as it was.
  await mkdir(window.folder)
  await writeFile(join(window.folder, 'README.md'), '# A project\n')
  await until('the folder is back', async () => (await above.count()) === 1)
  await beginByButton(page)
  await until('all is well', async () => (await above.count()) === 0)
  await row(page, 'README.md').waitFor()
  await editor(page).press('Control+s')
  await until(
    'it is saved',
    async () => (await readFile(join(window.folder, 'README.md'), 'utf8')) === '# A project\nmine',
  )
}, 120_000)

describe('two windows at one project', () => {
  test('know of each other; a decision is taken once; nobody writes over the other’s edit', async () => {
    await show()
    const { home, folder } = window
    const other = await startEngine({ home, folder, server: platform.ready.gateway })
    const second = await window.context.newPage()
    second.setDefaultTimeout(30_000)
    await second.goto(other.entry)
    try {
      // One sign-in serves both.
      await row(second, 'README.md').waitFor()
      await second.keyboard.press('Control+o')
      await second.getByText('Also open in another window').waitFor()
      await second
        .getByRole('button', { name: /^project/ })
        .first()
        .click()

      await beginByButton(page)
      await say(page, 'write "hello" to hello.txt')
      const asked = { name: 'CodeLab wants to use write_file' }
      await page.getByRole('heading', asked).waitFor()
      await second
        .getByRole('navigation', { name: 'Conversations' })
        .getByText(/hello\.txt/)
        .first()
        .click()
      // What waits is a key away, wherever the window is.
      await until(
        'the decision in the second window',
        async () => {
          await second.keyboard.press('F8')
          const heading = second.getByRole('heading', asked)
          return heading.waitFor({ timeout: 1_000 }).then(
            () => true,
            () => false,
          )
        },
        60_000,
      )
      await approve(second)
      await page.getByRole('heading', asked).waitFor({ state: 'detached' })
      for (const at of [page, second])
        await at.getByRole('button', { name: /write_file hello\.txt.*done/ }).waitFor()
      expect(await readFile(join(folder, 'hello.txt'), 'utf8')).toBe('hello')

      await type(page, 'of the first')
      await type(second, 'of the second')
      await page.keyboard.press('Control+s')
      await until(
        'the first is saved',
        async () =>
          (await readFile(join(folder, 'README.md'), 'utf8')) === '# A project\nof the first',
      )
      await second.keyboard.press('Control+s')
      await told(second, 'Something else changed this file while you have unsaved changes.')
      expect(await editor(second).innerText()).toContain('of the second')
      expect(await readFile(join(folder, 'README.md'), 'utf8')).toBe('# A project\nof the first')
    } finally {
      await second.close()
      await other.stop()
    }
  }, 120_000)
})
