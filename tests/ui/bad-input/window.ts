import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { startEngine } from '../engine.ts'

type Options = {
  readonly server: string
  readonly files?: Readonly<Record<string, string>>
  /** Words before the engine's own, by the project's folder and the engine's home. */
  readonly inside?: (folder: string, home: string) => string[]
}

/** An engine with a home and a project of its own, and its page in the browser. */
export async function openWindow(
  browser: Browser,
  { server, files = {}, inside = () => [] }: Options,
) {
  const root = await mkdtemp(join(tmpdir(), 'codelab-bad-'))
  const [home, folder] = [join(root, 'home'), join(root, 'project')]
  for (const [path, text] of Object.entries({ 'README.md': '# A project\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const engine = await startEngine({ server, home, folder, inside: inside(folder, home) })
  const context = await browser.newContext({
    locale: 'en-US',
    viewport: { width: 1400, height: 850 },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await watchForFreezes(page)
  await page.goto(engine.entry)
  return {
    root,
    home,
    folder,
    engine,
    context,
    page,
    close: async () => {
      await context.close()
      await engine.stop()
      await rm(root, { recursive: true, force: true })
    },
  }
}
export type Window = Awaited<ReturnType<typeof openWindow>>

/** Notes the longest time for which the page could not answer. */
const watchForFreezes = (page: Page) =>
  page.addInitScript(`
    window.longestTask = 0
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries())
        window.longestTask = Math.max(window.longestTask, duration)
    }).observe({ type: 'longtask', buffered: true })`)

/** Milliseconds of the main thread's longest task since the last question. */
export const longestTask = (page: Page): Promise<number> =>
  page.evaluate<number>(`(() => {
    const longest = Math.round(window.longestTask)
    window.longestTask = 0
    return longest
  })()`)

export async function signIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in with a password' }).click()
  await page.getByRole('button', { name: 'New', exact: true }).waitFor()
}

export const messageBox = (page: Page) => page.getByLabel('Message', { exact: true })

export async function beginConversation(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await messageBox(page).waitFor()
}

export async function say(page: Page, text: string): Promise<void> {
  await messageBox(page).fill(text)
  await messageBox(page).press('Enter')
}

/** Waits until the page tells it: what happened, where, what to do. */
export const told = (page: Page, text: string | RegExp) =>
  page
    .locator('[role=alert], [role=status]')
    .filter({ hasText: text })
    .filter({ visible: true })
    .first()
    .waitFor()
