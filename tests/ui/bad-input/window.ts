import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
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
  page.setDefaultTimeout(30_000)
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

/** Seconds of the page's main thread so far: as they passed, and those in which it had the processor. */
type Worked = { readonly passed: number; readonly own: number }
const meters = new WeakMap<Page, { session: CDPSession; before: Worked }>()

async function workedSoFar(session: CDPSession): Promise<Worked> {
  const { metrics } = await session.send('Performance.getMetrics')
  const of = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? 0
  return { passed: of('TaskDuration'), own: of('ThreadTime') }
}

/** Notes for how long the page could not answer: each task of more than 50 ms. */
async function watchForFreezes(page: Page): Promise<void> {
  await page.addInitScript(`
    window.longTasks = []
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longTasks.push(duration)
    }).observe({ type: 'longtask', buffered: true })`)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  meters.set(page, { session, before: await workedSoFar(session) })
}

/**
 * The longest task of the page's main thread since the last question, in milliseconds: as it passed, and what it takes where nothing
 * else runs. On a busy machine everything takes longer, by the share of the processor that the page did not get.
 */
export async function busyPeriods(page: Page): Promise<{ longest: number; alone: number }> {
  const tasks = await page.evaluate<number[]>('window.longTasks.splice(0)')
  const longest = Math.max(0, ...tasks)
  const { session, before } = meters.get(page)!
  const now = await workedSoFar(session)
  meters.set(page, { session, before: now })
  // After it was loaded anew another process draws the page, and counts from nothing.
  const since = (to: number, from: number) => (to < from ? to : to - from)
  const [passed, own] = [since(now.passed, before.passed), since(now.own, before.own)]
  const share = passed > 0 && own > 0 ? Math.min(1, own / passed) : 1
  return { longest: Math.round(longest), alone: Math.round(longest * share) }
}

/** A page that does not answer for so long is frozen, to a person. */
const frozenMs = 2_000

export const isFrozen = ({ alone }: { alone: number }): boolean => alone > frozenMs

export async function signIn(
  page: Page,
  { username, password }: { username: string; password: string },
): Promise<void> {
  await page.getByLabel('User name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in with a password' }).click()
  await page.getByRole('button', { name: 'New', exact: true }).waitFor()
}

/** Waits until the page tells it: what happened, where, what to do. */
export const told = (page: Page, text: string | RegExp) =>
  page
    .locator('[role=alert], [role=status]')
    .filter({ hasText: text })
    .filter({ visible: true })
    .first()
    .waitFor()
