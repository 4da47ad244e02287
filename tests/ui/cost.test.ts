import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { startOpenAI } from '../support/vendors/openai.ts'
import { says } from '../support/vendors/replies.ts'
import type { StandIn } from '../support/vendors/stand-in.ts'
import { until } from '../support/until.ts'
import { type Application, openApplication, signIn } from './application.ts'
import { violationsOf } from './screens/violations.ts'
import { beginConversation, say, turnEnds } from './talk.ts'

/** What a person sees of the cost of a conversation, in a workspace that names the price of one of its two models. */
const price = { model: 'codelab-demo', inputPerMillion: 3, outputPerMillion: 1_500 }
let vendor: StandIn
let application: Application
let page: Page

beforeAll(async () => {
  vendor = await startOpenAI({ script: says('Nobody knows what I cost.') })
  application = await openApplication(
    { 'README.md': '# Harbour\n' },
    {
      OPENAI_API_KEY: 'sk-openai',
      OPENAI_BASE_URL: `${vendor.url}/v1`,
      CODELAB_DEFAULT_MODEL: price.model,
      CODELAB_PRICES: JSON.stringify([price]),
      CODELAB_CURRENCY: 'EUR',
    },
  )
  page = application.page
  await signIn(application)
}, 180_000)
afterAll(async () => {
  await application?.close()
  await vendor?.close()
}, 60_000)

const line = () => page.getByRole('group', { name: en.usage.title, exact: true })
const answered = (text: string) =>
  page.getByRole('article', { name: en.conversation.assistant }).filter({ hasText: text })
const cost = () => line().getByText(/≈/)
const explained = (text: string) =>
  until(`the explanation ${text}`, async () => (await line().getAttribute('title')) === text)
/** The line's part for what these answers cost, by the tokens that the page tells of each. */
const costOfAnswers = async () => {
  const feet = await page
    .getByRole('article')
    .getByText(/ tokens out$/)
    .allTextContents()
  const tokens = feet.map((foot) => foot.match(/\d+/g)!.map(Number))
  const sum = tokens.reduce(
    (all, [given, made]) => all + given! * price.inputPerMillion + made! * price.outputPerMillion,
    0,
  )
  return en.usage.cost(sum / 1_000_000, 'EUR')
}

test('the line tells what the conversation has cost so far, and it grows with each answer', async () => {
  await beginConversation(page)
  await explained(en.usage.priced)
  expect(await cost().count()).toBe(0)
  await say(page, 'count to 5')
  await answered('1 2 3 4 5').waitFor()
  await turnEnds(page)
  const first = await costOfAnswers()
  await line().getByText(first).waitFor()
  await say(page, 'count to 40')
  await answered('39 40').waitFor()
  await turnEnds(page)
  const both = await costOfAnswers()
  expect(both).not.toBe(first)
  await line().getByText(both).waitFor()
  expect(await violationsOf(page)).toEqual([])
})

test('another conversation has its own cost', async () => {
  await beginConversation(page)
  await line().getByText(/today/).waitFor()
  expect(await cost().count()).toBe(0)
})

test('an answer of a model without a price: no sum, and the line says of which', async () => {
  await say(page, 'count to 3')
  await answered('1 2 3').waitFor()
  await turnEnds(page)
  await cost().waitFor()
  await page.getByLabel(en.conversation.model).selectOption('gpt-4o')
  await say(page, 'And you?')
  await answered('Nobody knows').waitFor()
  await turnEnds(page)
  await explained(en.usage.noPriceOf(['gpt-4o']))
  expect(await cost().count()).toBe(0)
  expect(await violationsOf(page)).toEqual([])
})
