import type { Browser, Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { launchChromium } from '../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { type Front, startFront } from './bad-input/front.ts'
import { openWindow, signIn, type Window } from './bad-input/window.ts'
import { beginByButton, messageBox, say } from './talk.ts'

/** A conversation whose line is cut: what the person sees, and what of theirs stays. */
let platform: StartedPlatform
let front: Front
let browser: Browser
let window: Window
let page: Page

beforeAll(async () => {
  platform = await startPlatform()
  front = await startFront(platform.ready.gateway)
  browser = await launchChromium()
  window = await openWindow(browser, { server: front.url })
  page = window.page
  await signIn(page, platform.ready)
  await beginByButton(page)
  await say(page, 'count to 3')
  await page.getByText('1 2 3', { exact: true }).waitFor()
}, 180_000)
afterAll(async () => {
  await window?.close()
  await browser?.close()
  await front?.close()
  await platform?.remove()
}, 60_000)

const line = () => page.locator('[data-connection=waiting]')
/** Zero while none are told: the line comes and goes with each try. */
const secondsLeft = async () => {
  const [told = ''] = await line().allTextContents()
  return Number(/Next try in (\d+)/.exec(told)?.[1] ?? 0)
}

test('a cut line says so and counts down to the next try', async () => {
  await messageBox(page).fill('half a thought')
  await front.away()
  await line().getByText(en.conversation.reconnecting).waitFor()
  const long = await until(
    'a pause that can be counted',
    async () => {
      const left = await secondsLeft()
      return left >= 3 ? left : undefined
    },
    60_000,
  )
  await until('fewer seconds', async () => {
    const left = await secondsLeft()
    return left > 0 && left < long
  })
  expect(await messageBox(page).inputValue()).toBe('half a thought')
}, 120_000)

test('what is sent meanwhile waits where it can be seen, and goes out when the person tries again', async () => {
  await messageBox(page).fill('count to 4')
  await messageBox(page).press('Enter')
  await page.getByText(en.conversation.sending).waitFor()
  // So long that the next try is the person's, however slow this machine is.
  await until('a long pause', async () => (await secondsLeft()) >= 6, 45_000)
  await front.back()
  await line().getByRole('button', { name: en.conversation.tryNow }).click()
  await line().waitFor({ state: 'detached' })
  await page.getByText('1 2 3 4', { exact: true }).waitFor()
  expect(await page.getByText(en.conversation.sending).count()).toBe(0)
}, 120_000)
