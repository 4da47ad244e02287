import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { openApplication, signIn, type Application } from './application.ts'
import { beginConversation, say, turnEnds } from './talk.ts'
import { runInPage } from './in-page/run.ts'

/** What a screen reader is given to say while an answer streams. */
let application: Application

beforeAll(async () => {
  application = await openApplication({ 'README.md': '# A project\n' })
  await signIn(application)
}, 180_000)
afterAll(() => application?.close(), 60_000)

test('an answer of 300 words is told once, when it is whole, and nothing interrupts', async () => {
  const { page } = application
  await beginConversation(page)
  // That the line is there is told before.
  await page.locator('[data-connection]').waitFor({ state: 'detached' })
  await runInPage(page, 'listen-to-live-regions')
  await say(page, 'count to 300 at 150 tokens/s')
  const told = en.conversation.answered(300)
  await page.getByText(told).waitFor({ state: 'attached' })
  const announced = await page.evaluate<string[]>('announced')
  expect(announced.filter((each) => each.includes(told))).toEqual([`polite: ${told}`])
  expect(announced.filter((each) => each.startsWith('assertive'))).toEqual([])
  // It is being sent, the model thinks, the answer is there.
  expect(announced.length).toBeLessThanOrEqual(5)
  await turnEnds(page)
}, 120_000)

test('a call that waits interrupts, once', async () => {
  const { page } = application
  await runInPage(page, 'listen-to-live-regions')
  await say(page, 'delete README.md')
  await page.getByRole('heading', { name: en.approval.title('delete_file') }).waitFor()
  await page.getByText(en.approval.deletes).waitFor()
  const announced = await page.evaluate<string[]>('announced')
  expect(announced.filter((each) => each.startsWith('assertive'))).toEqual([
    `assertive: ${en.approval.title('delete_file')}`,
  ])
})
