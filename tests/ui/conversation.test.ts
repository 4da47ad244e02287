import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'
import { type Application, openApplication, signIn } from './application.ts'
import { beginConversation, messageBox, say, turnEnds } from './talk.ts'

/** What a person says, says otherwise, and finds again. */
let application: Application
let page: Page

beforeAll(async () => {
  application = await openApplication({ 'README.md': '# Harbour\n' })
  page = application.page
  await signIn(application)
  await beginConversation(page)
}, 180_000)
afterAll(() => application?.close(), 60_000)

const box = () => messageBox(page)
const boxHolds = (text: string) =>
  until(`${text} in the message box`, async () => (await box().inputValue()) === text)
const said = (text: string) =>
  page.getByRole('article', { name: en.conversation.you }).filter({ hasText: text })
const answered = (text: string) =>
  page.getByRole('article', { name: en.conversation.assistant }).filter({ hasText: text })
const list = () => page.getByRole('navigation', { name: en.sessions.title })

test('an empty conversation says what can be done', async () => {
  await page.getByText(en.conversation.begin).waitFor()
})

test('an answer tells its tokens; below stands what the day took, and no cost', async () => {
  await say(page, 'count to 5')
  await answered('1 2 3 4 5').getByText('5 tokens out').waitFor()
  const line = page.getByLabel(en.usage.title, { exact: true })
  await line.getByText('5 tokens out').waitFor()
  const sum = /today (\S+) tokens/
  await until('the day’s sum', async () => {
    const [, tokens = '0'] = sum.exec((await line.textContent()) ?? '') ?? []
    return Number(tokens.replaceAll(',', '')) > 5 || undefined
  })
  expect(await line.textContent()).not.toMatch(/[$€]|cost/i)
})

test('an edited message replaces itself and all that followed; what was typed before comes back', async () => {
  await say(page, 'count to 6')
  await answered('1 2 3 4 5 6').waitFor()
  await turnEnds(page)
  await box().fill('a thought for later')
  await said('count to 5').hover()
  await said('count to 5').getByRole('button', { name: en.conversation.editAndResend }).click()
  await boxHolds('count to 5')
  await say(page, 'count to 3')
  await said('count to 5').waitFor({ state: 'detached' })
  await said('count to 3').waitFor()
  await answered('1 2 3').waitFor()
  await turnEnds(page)
  expect(await page.getByRole('article').count()).toBe(2)
  await boxHolds('a thought for later')
})

test('an edit that is given up gives the text back', async () => {
  await said('count to 3').hover()
  await said('count to 3').getByRole('button', { name: en.conversation.editAndResend }).click()
  await boxHolds('count to 3')
  await box().press('Escape')
  await boxHolds('a thought for later')
})

test('signed out and in again, what was typed is still there, and the conversation goes on', async () => {
  await page.getByRole('button', { name: application.platform.ready.username }).click()
  await page.getByRole('menuitem', { name: en.account.signOut }).click()
  await page.getByLabel(en.signIn.username).waitFor()
  await signIn(application)
  await said('count to 3').waitFor()
  await boxHolds('a thought for later')
  await say(page, 'count to 4')
  await answered('1 2 3 4').waitFor()
  await turnEnds(page)
})

test('the turn stops when it is told to, without a complaint', async () => {
  await say(page, 'think slowly, repeat tide 200 times')
  await answered('tide tide').waitFor()
  await page.getByRole('button', { name: en.conversation.stop, exact: true }).click()
  await page.getByText(String(en.conversation.finish['cancelled'])).waitFor()
  expect(await page.getByRole('button', { name: en.common.close, exact: true }).count()).toBe(0)
})

test('another conversation and back: the latest is in view', async () => {
  await say(page, 'count to 400')
  await answered('399 400').waitFor()
  await turnEnds(page)
  await beginConversation(page)
  await list()
    .getByRole('button', { name: /^count to/ })
    .click()
  await until('the end', async () => {
    const end = await answered('399 400').boundingBox()
    const bottom = await box().boundingBox()
    return end && bottom && end.y + end.height <= bottom.y ? true : undefined
  })
})

test('a job tells what happened, step by step', async () => {
  await page.keyboard.press('Control+2')
  await page.getByLabel(en.jobs.goal).fill('count to 7')
  await page.getByRole('button', { name: en.jobs.start, exact: true }).click()
  const job = page.locator('[data-job]', { hasText: 'count to 7' })
  await job.getByText(en.jobs.log).click()
  await job.getByRole('listitem').filter({ hasText: en.jobs.asked }).waitFor()
  await job.getByRole('listitem').filter({ hasText: 'Step 1' }).waitFor()
  await job.getByRole('listitem').filter({ hasText: en.jobs.state.succeeded }).waitFor()
})

test('a page that cannot be drawn at all says so, and loses nothing when it is drawn anew', async () => {
  await box().fill('a thought for later')
  // Of the list that the click asks for alone: the one in front is read again whenever something happens.
  const spoiled = '**/api/v1/sessions?*archived=true*'
  await page.route(spoiled, (route) => route.fulfill({ json: {} }))
  await page.getByLabel(en.sessions.archived).click()
  await page.getByText(en.broken.said).waitFor()
  await page.unroute(spoiled)
  await page.getByRole('button', { name: en.broken.again }).click()
  await list()
    .getByRole('button', { name: /^count to/ })
    .click()
  await boxHolds('a thought for later')
})

test('what the page cannot draw is shown as it came', async () => {
  await page.route('**/api/v1/conversations', async (route) => {
    const answer = await route.fetch()
    const opened = (await answer.json()) as { items: unknown[] }
    const odd = [
      { kind: 'weather', text: 'rain over the harbour' },
      { kind: 'call', callId: 'odd', tool: 'sail', arguments: {}, state: 'becalmed' },
    ]
    await route.fulfill({ json: { ...opened, items: [...opened.items, ...odd] } })
  })
  await beginConversation(page)
  await page.getByText('rain over the harbour').waitFor()
  await page.getByRole('button', { name: /sail.*becalmed/ }).waitFor()
  await page.unroute('**/api/v1/conversations')
})
