import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { startEngine } from '../../ui/engine.ts'

const run = promisify(execFile)
const root = resolve(import.meta.dirname, '../../..')

/** Builds the page as it is shipped into a folder. */
export async function buildPage(folder: string): Promise<void> {
  const args = ['run', 'build', '--workspace=desktop-client/ui', '--', '--outDir', folder]
  await run('npm', [...args, '--emptyOutDir'], { cwd: root })
}

type Wanted = {
  readonly gateway: string
  readonly username: string
  readonly password: string
  readonly home: string
  readonly project: string
  /** The built page; absent: where the engine looks for it. */
  readonly ui?: string
}

export type OpenedPage = {
  readonly page: Page
  readonly browser: Browser
  close(): Promise<void>
}

/** A person's page in Chromium, signed in with a project open, on an engine of its own. */
export async function openPage(wanted: Wanted): Promise<OpenedPage> {
  const engine = await startEngine({
    home: wanted.home,
    server: wanted.gateway,
    folder: wanted.project,
    ...(wanted.ui !== undefined && { env: { CODELAB_UI: wanted.ui } }),
  })
  const browser = await launchChromium()
  const close = async () => {
    await browser.close()
    await engine.stop()
  }
  try {
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 1440, height: 900 },
    })
    await context.addInitScript({ path: resolve(import.meta.dirname, 'in-page.js') })
    const page = await context.newPage()
    await page.goto(engine.entry)
    await page.getByLabel('User name').fill(wanted.username)
    await page.getByLabel('Password', { exact: true }).fill(wanted.password)
    await page.getByRole('button', { name: 'Sign in with a password' }).click()
    await page.getByRole('tree').waitFor()
    return { page, browser, close }
  } catch (error) {
    await close()
    throw new Error(`the engine said:\n${engine.output().slice(-4_000)}`, { cause: error })
  }
}
