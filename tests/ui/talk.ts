import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'

/** Where a message is typed. */
export const messageBox = (page: Page) => page.getByLabel(en.conversation.message, { exact: true })

/**
 * Begins a conversation and waits until it is the one in front, empty, with the keyboard where its message is typed: until then what is
 * typed goes into the conversation before it. `begin`: how the person does it; absent: by the keys.
 */
export async function beginConversation(
  page: Page,
  begin: () => Promise<void> = () => page.keyboard.press('Control+Shift+N'),
): Promise<void> {
  const log = page.getByRole('log', { name: en.conversation.log })
  const [before] = await log.elementHandles()
  await begin()
  await until(
    'the new conversation',
    async () =>
      // Each conversation is drawn in an element of its own.
      !(await before?.isVisible()) &&
      (await log.count()) === 1 &&
      (await log.getByRole('article').count()) === 0 &&
      (await messageBox(page).and(page.locator(':focus')).count()) === 1,
  )
}

/** Begins a conversation with the button above the list of them. */
export const beginByButton = (page: Page): Promise<void> =>
  beginConversation(page, () =>
    page.getByRole('button', { name: en.sessions.begin, exact: true }).click(),
  )

/** Types a message into the conversation and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await messageBox(page).fill(text)
  await messageBox(page).press('Enter')
}

/** Waits until the assistant has finished. Something of this very turn must have been seen before: else it may not have begun yet. */
export const turnEnds = (page: Page): Promise<void> =>
  page
    .getByRole('button', { name: en.conversation.stop, exact: true })
    .waitFor({ state: 'detached' })
