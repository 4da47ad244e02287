import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'
import { openApplication, type Application } from './application.ts'

/** The five scenarios with the keyboard alone, from the sign-in on; a pointer is never used. */
let application: Application
let page: Page

beforeAll(async () => {
  application = await openApplication({
    'README.md': '# The walrus lives here.\n',
    'old.txt': 'old\n',
  })
  page = application.page
  await page.evaluate(
    `globalThis.pointers = 0; addEventListener('pointerdown', () => (globalThis.pointers += 1), true)`,
  )
}, 180_000)
afterAll(() => application?.close(), 60_000)

/** What has the focus, as a screen reader says it: `textbox "Message"`. */
const focused = async (): Promise<string> => {
  const element = page.locator(':focus')
  if ((await element.count()) !== 1) return ''
  // Gone again meanwhile.
  return (await element.ariaSnapshot({ timeout: 1_000 }).catch(() => '')).slice(2)
}
const isFocused = (start: string) =>
  until(`the focus on ${start}`, async () => (await focused()).startsWith(start))

/** Presses Tab until the focus is there. */
async function tabTo(start: string): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < 60; presses += 1) {
    const now = await focused()
    if (now.startsWith(start)) return
    passed.push(now)
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never came to ${start}; it passed ${passed.join(' | ')}`)
}
const type = (text: string) => page.keyboard.type(text)
const press = (keys: string) => page.keyboard.press(keys)
const callIs = (tool: string, state: string) =>
  page
    .getByRole('button', { name: new RegExp(`${tool}.*${state}`) })
    .last()
    .waitFor()
/** Asked about, with the keyboard on the question and its preview there: until then it cannot be approved, and Tab passes over that. */
const asked = async (tool: string) => {
  await isFocused(`heading "${en.approval.title(tool)}"`)
  await until('what it would do', () =>
    page.getByRole('button', { name: en.approval.once }).isEnabled(),
  )
}
const send = async (text: string) => {
  await isFocused(`textbox "${en.conversation.message}"`)
  await type(text)
  await press('Enter')
}

test('sign-in', async () => {
  await tabTo(`textbox "${en.signIn.username}"`)
  await type(application.platform.ready.username)
  await press('Tab')
  await type(application.platform.ready.password)
  await press('Enter')
  await page.getByRole('navigation', { name: en.sessions.title }).waitFor()
}, 120_000)

test('a plain dialogue', async () => {
  await press('Control+Shift+N')
  await send('count to 7')
  await page.getByText('1 2 3 4 5 6 7').waitFor()
})

test('a file is read', async () => {
  await send('read README.md')
  await callIs('read_file', en.conversation.callState.executed)
  await page.getByText('README.md has').waitFor()
})

test('a deletion is approved', async () => {
  await send('delete old.txt')
  await asked('delete_file')
  await page.getByText(en.approval.deletes).waitFor()
  for (const key of ['Enter', 'Space']) await press(key)
  expect(await readFile(join(application.folder, 'old.txt'), 'utf8')).toBe('old\n')
  await tabTo(`button "${en.approval.once}"`)
  await press('Enter')
  await callIs('delete_file', en.conversation.callState.executed)
  await expect(readFile(join(application.folder, 'old.txt'))).rejects.toMatchObject({
    code: 'ENOENT',
  })
})

test('a deletion is edited', async () => {
  await writeFile(join(application.folder, 'old.txt'), 'old\n')
  await writeFile(join(application.folder, 'older.txt'), 'older\n')
  await send('delete old.txt')
  await asked('delete_file')
  await tabTo(`button "${en.approval.edit}"`)
  await press('Enter')
  await tabTo('textbox "path"')
  await press('Control+A')
  await type('older.txt')
  await tabTo(`button "${en.approval.lookAtEdit}"`)
  await press('Enter')
  await page.getByText(en.approval.edited).waitFor()
  await press('Control+Enter')
  await callIs('delete_file older.txt', en.conversation.callState.executed)
  expect(await readFile(join(application.folder, 'old.txt'), 'utf8')).toBe('old\n')
  await expect(readFile(join(application.folder, 'older.txt'))).rejects.toMatchObject({
    code: 'ENOENT',
  })
})

test('a deletion is rejected with a reason', async () => {
  await press('Control+L')
  await send('delete README.md')
  await asked('delete_file')
  await tabTo(`textbox "${en.approval.feedback}"`)
  await type('keep the walrus')
  await tabTo(`button "${en.approval.reject}"`)
  await press('Enter')
  await callIs('delete_file', en.conversation.callState.rejected)
  expect(await readFile(join(application.folder, 'README.md'), 'utf8')).toContain('walrus')
})

test('a file is found, changed and saved', async () => {
  await press('Control+P')
  await isFocused('combobox')
  await type('README')
  await page.getByRole('option', { name: 'README.md' }).waitFor()
  await press('Enter')
  const editor = page.getByRole('textbox', { name: 'README.md' })
  await editor.waitFor()
  await tabTo('textbox "README.md"')
  await press('Control+End')
  await type('More.')
  await press('Control+S')
  await until('the saved file', async () =>
    (await readFile(join(application.folder, 'README.md'), 'utf8')).endsWith('More.'),
  )
})

test('no pointer was used', async () => {
  expect(await page.evaluate('pointers')).toBe(0)
})
