import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { launchChromium } from '../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { startEngine } from './engine.ts'

/** A window as large as a small laptop's. */
export const size = { width: 1280, height: 800 }

export type Application = {
  readonly platform: StartedPlatform
  readonly engine: Awaited<ReturnType<typeof startEngine>>
  readonly page: Page
  /** The project's folder. */
  readonly folder: string
  /** The engine's home. */
  readonly home: string
  close(): Promise<void>
}

/** A project with a first commit, so that git has something to say about what changes. */
async function makeProject(folder: string, files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const git = (...args: string[]) => promisify(execFile)('git', ['-C', folder, ...args])
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com']
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '.')
  await git(...author, 'commit', '--quiet', '--message=First')
}

/** The page in a real browser, served by the real engine with a project, against the whole platform; nobody is signed in yet. `env`: variables of `npm start`. */
export async function openApplication(
  files: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Promise<Application> {
  const scratch = await mkdtemp(join(tmpdir(), 'codelab-ui-'))
  const folder = join(scratch, 'harbour')
  await makeProject(folder, files)
  const platform = await startPlatform({ env })
  const server = platform.ready.gateway
  const home = join(scratch, 'home')
  const engine = await startEngine({ home, server, folder })
  const browser: Browser = await launchChromium()
  const context = await browser.newContext({ locale: 'en-US', viewport: size })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  await page.goto(engine.entry)
  await page.getByLabel(en.signIn.username).waitFor()
  return {
    platform,
    engine,
    page,
    folder,
    home,
    async close() {
      await browser.close()
      await engine.stop()
      await platform.remove()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** Signs in with user and password. */
export async function signIn({ page, platform }: Application): Promise<void> {
  await page.getByLabel(en.signIn.username).fill(platform.ready.username)
  await page.getByLabel(en.signIn.passwordLabel, { exact: true }).fill(platform.ready.password)
  await page.keyboard.press('Enter')
  await page.getByRole('navigation', { name: en.sessions.title }).waitFor()
}
