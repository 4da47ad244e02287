import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'
import { type Application, openApplication, signIn } from './application.ts'
import { startEngine } from './engine.ts'
import { beginConversation, say, turnEnds } from './talk.ts'

/** A `codelab://session/…` that the application is started with: its window tells it to the engine before there is a page. */
let application: Application
let page: Page

beforeAll(async () => {
  application = await openApplication({ 'README.md': '# Harbour\n' })
  page = application.page
  await signIn(application)
}, 180_000)
afterAll(() => application?.close(), 60_000)

/** Says something in a conversation of its own; answers the conversation's id. */
async function converse(message: string, answer: string): Promise<string> {
  const opened = page.waitForResponse(/\/api\/v1\/conversations$/)
  await beginConversation(page)
  await say(page, message)
  await page.getByText(answer, { exact: true }).waitFor()
  await turnEnds(page)
  const { session_id: id } = (await (await opened).json()) as { session_id: string }
  return id
}

test('the conversation of the link is in front, not the one that was there last', async () => {
  const linked = await converse('count to 3', '1 2 3')
  const last = await converse('count to 4', '1 2 3 4')
  await until('the last one to be remembered', async () =>
    (
      await page.evaluate<string>(`fetch('/api/v1/views/front').then((answer) => answer.text())`)
    ).includes(last),
  )
  await application.engine.stop()
  const { home, platform } = application
  const again = await startEngine({ home, server: platform.ready.gateway })
  try {
    again.tell({ type: 'link', url: `codelab://session/${linked}` })
    await page.goto(again.entry)
    await page.getByText('1 2 3', { exact: true }).waitFor()
    await page.locator('[role=treeitem] [data-path="README.md"]').waitFor()
    const list = page.getByRole('navigation', { name: en.sessions.title })
    await list.locator('[aria-current=true]', { hasText: 'count to 3' }).waitFor()
  } finally {
    await again.stop()
  }
}, 120_000)
