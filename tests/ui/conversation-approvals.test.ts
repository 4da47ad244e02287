import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'
import { type Application, openApplication, signIn } from './application.ts'
import { beginConversation, messageBox, say, turnEnds } from './talk.ts'

/** Calls that wait, in several conversations, decided by the keyboard alone. */
let application: Application
let page: Page

beforeAll(async () => {
  application = await openApplication({ 'README.md': '# Harbour\n', 'tides.txt': 'high\n' })
  page = application.page
  await signIn(application)
}, 180_000)
afterAll(() => application?.close(), 60_000)

const asks = (tool: string) => page.getByRole('heading', { name: en.approval.title(tool) })
const waitingMenu = (calls: number) =>
  page.getByRole('button', { name: en.workbench.approvals(calls) })
const there = (path: string) =>
  stat(join(application.folder, path)).then(
    () => true,
    () => undefined,
  )
const box = () => messageBox(page)
/** What is approved is what was shown, so the difference comes first. */
const shownAfter = (text: string) => page.getByLabel(en.approval.after).getByText(text).waitFor()

test('what waits in all conversations is listed, counted, and each is a key away', async () => {
  await beginConversation(page)
  await say(page, 'write "one" to one.txt')
  await asks('write_file').waitFor()
  await beginConversation(page)
  await say(page, 'delete tides.txt')
  await asks('delete_file').waitFor()
  await page.getByText(en.approval.place(1, 2), { exact: true }).waitFor()
  await until('the count in the title', async () => (await page.title()) === '(2) CodeLab')
  await page.keyboard.press('F8')
  await asks('write_file').waitFor()
  await page.keyboard.press('F8')
  await asks('delete_file').waitFor()
  await waitingMenu(2).click()
  await page.getByRole('menuitem', { name: /write_file one\.txt/ }).click()
  await asks('write_file').waitFor()
  await shownAfter('one')
  await page.keyboard.press('Control+Enter')
  await until('the file', () => there('one.txt'))
  await turnEnds(page)
})

test('a rejection with its reason needs the keyboard alone', async () => {
  await page.keyboard.press('F8')
  await asks('delete_file').waitFor()
  await asks('delete_file').and(page.locator(':focus')).waitFor()
  const feedback = page.getByLabel(en.approval.feedback)
  for (let tab = 0; tab < 10; tab += 1) {
    if ((await feedback.and(page.locator(':focus')).count()) === 1) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.type('the tides stay')
  await page.keyboard.press('Control+Shift+Backspace')
  await page.getByRole('button', { name: /delete_file tides\.txt.*rejected/ }).click()
  // The model was told, and the row shows what it was told.
  await page
    .getByRole('region', { name: en.conversation.result })
    .getByText('the tides stay')
    .waitFor()
  await turnEnds(page)
  expect(await readFile(join(application.folder, 'tides.txt'), 'utf8')).toBe('high\n')
})

test('approved for the session, the same call is not asked about again', async () => {
  await say(page, 'create folder berths')
  await asks('create_directory').waitFor()
  await page.getByText(en.approval.newFolder).waitFor()
  await page.keyboard.press('Control+Shift+Enter')
  const done = page.getByRole('button', { name: /create_directory berths.*done/ })
  await done.waitFor()
  await turnEnds(page)
  await say(page, 'create folder berths')
  await until('it ran again', async () => (await done.count()) === 2)
  await turnEnds(page)
})

test('who types goes on typing while a decision comes up; it can be put aside and taken up again', async () => {
  // The message leaves once the person has begun to type the next one, however slow this machine is.
  const typing = Promise.withResolvers<void>()
  await page.route(
    '**/api/v1/conversations/*/messages',
    async (route) => {
      await typing.promise
      await route.continue()
    },
    { times: 1 },
  )
  await say(page, 'write "two" to two.txt')
  await box().pressSequentially('half a thou')
  typing.resolve()
  await asks('write_file').waitFor()
  await page.keyboard.type('ght')
  expect(await box().inputValue()).toBe('half a thought')
  await page.getByRole('button', { name: en.approval.later, exact: true }).click()
  await asks('write_file').waitFor({ state: 'detached' })
  await waitingMenu(1).waitFor()
  await page.getByRole('button', { name: en.conversation.decide }).click()
  await asks('write_file').waitFor()
  await shownAfter('two')
  await page.keyboard.press('Control+Enter')
  await until('the file', () => there('two.txt'))
  expect(await box().inputValue()).toBe('half a thought')
  await turnEnds(page)
})

test('a command is shown word by word, with what it would run in', async () => {
  await box().fill('')
  await say(page, 'run echo "two words" three')
  await asks('execute_command').waitFor()
  const words = page.getByRole('listitem')
  await words.filter({ hasText: /^two words$/ }).waitFor()
  const { sandboxed, noSandbox } = en.approval
  await page.getByText(sandboxed).or(page.getByText(noSandbox)).waitFor()
  await page.keyboard.press('Control+Shift+Backspace')
  await page.getByRole('button', { name: /execute_command echo.*rejected/ }).waitFor()
})

test('what happened is in the list of notifications, and leads back to where it happened', async () => {
  await page.getByRole('button', { name: /^Notifications: \d+ new/ }).click()
  const items = page.getByRole('menuitem')
  await items.filter({ hasText: 'delete_file tides.txt' }).waitFor()
  expect(await items.count()).toBeGreaterThanOrEqual(4)
  await items.filter({ hasText: 'write_file one.txt' }).click()
  await page.getByRole('button', { name: /write_file one\.txt.*done/ }).waitFor()
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
})
