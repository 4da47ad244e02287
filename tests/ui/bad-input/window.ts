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
  /** What lies in the engine's home before it starts. */
  readonly prepare?: (home: string) => Promise<void>
}

/** An engine with a home and a project of its own, and its page in the browser. */
export async function openWindow(
  browser: Browser,
  { server, files = {}, inside = () => [], prepare }: Options,
) {
  const root = await mkdtemp(join(tmpdir(), 'codelab-bad-'))
  const [home, folder] = [join(root, 'home'), join(root, 'project')]
  for (const [path, text] of Object.entries({ 'README.md': '# A project\n', ...files })) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  await prepare?.(home)
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

/** Notes for how long the page could not answer: each task of more than 50 ms. */
const watchForFreezes = (page: Page) =>
  page.addInitScript(`
    window.longTasks = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })`)

/** Milliseconds of the main thread's tasks of more than 50 ms since the last question. */
export async function busyPeriods(page: Page): Promise<{ longest: number; all: number }> {
  const tasks = await page.evaluate<number[]>('window.longTasks.splice(0)')
  return {
    longest: Math.round(Math.max(0, ...tasks)),
    all: Math.round(tasks.reduce((sum, each) => sum + each, 0)),
  }
}

/** A page that does not answer for so long is frozen, to a person. */
const frozenMs = 2_000

/** On a machine that is busy with other things everything takes longer: work that is done in pieces is not frozen either. */
export const isFrozen = ({ longest, all }: { longest: number; all: number }): boolean =>
  longest > Math.max(frozenMs, all / 4)

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
