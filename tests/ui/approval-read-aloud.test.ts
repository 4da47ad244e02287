import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { openApplication, signIn, type Application } from './application.ts'
import { beginConversation, say } from './talk.ts'
import { controlsReadAloud } from './screens/controls-read-aloud.ts'

/** An approval as the browser tells it to a screen reader. */
let application: Application

beforeAll(async () => {
  application = await openApplication({ 'README.md': '# A project\n' })
  await signIn(application)
}, 180_000)
afterAll(() => application?.close(), 60_000)

test('what is asked, each word of the command, every way to decide; nothing is chosen and plain Enter decides nothing', async () => {
  const { page } = application
  await beginConversation(page)
  await say(page, 'run "touch \'two words\' made.txt"')
  const asked = page.getByRole('region', { name: en.approval.title('execute_command') })
  await asked.getByText('two words', { exact: true }).waitFor()

  const read = await asked.ariaSnapshot()
  expect(read).toContain(`heading "${en.approval.title('execute_command')}"`)
  expect(read).toContain(en.approval.askedByWorkspace)
  expect(await asked.getByRole('listitem').allTextContents()).toEqual([
    'touch',
    'two words',
    'made.txt',
  ])
  expect((await controlsReadAloud(page)).filter((each) => each.startsWith('button'))).toEqual(
    expect.arrayContaining(
      [en.approval.once, en.approval.session, en.approval.edit, en.approval.reject].map(
        (name) => `button “${name}”`,
      ),
    ),
  )

  expect(await page.locator(':focus').ariaSnapshot()).toContain('heading')
  expect(read).not.toMatch(/\[(checked|pressed|selected)/)
  for (const key of ['Enter', 'Space']) await page.keyboard.press(key)
  expect(await asked.ariaSnapshot()).toBe(read)
  await page.keyboard.press('Control+Shift+Backspace')
  await page.getByRole('button', { name: /execute_command.*rejected/ }).waitFor()
})
