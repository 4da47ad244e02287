import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { tokenOf } from '../integration/engine-server/engine-under-test.ts'
import { launchChromium } from '../support/chromium.ts'
import { startEngine } from './engine.ts'

/** Nothing answers there: a project is worked on without a workspace too. */
const nowhere = 'http://127.0.0.1:1'

export type ProjectPage = Awaited<ReturnType<typeof openProjectPage>>

/** The page in a real browser, served by the real engine, on a project of these files; signed in before, the workspace out of reach. */
export async function openProjectPage(
  files: Readonly<Record<string, string>>,
  {
    inside = [],
    folder: given,
    script,
    ui,
  }: {
    /** Words before the engine's own. */
    readonly inside?: readonly string[]
    readonly folder?: string
    /** Runs in each page before its own. */
    readonly script?: string
    /** The built page; absent: where the engine looks for it. */
    readonly ui?: string
  } = {},
) {
  const scratch = await mkdtemp(join(tmpdir(), 'codelab-project-'))
  const folder = given ?? join(scratch, 'project')
  const home = join(scratch, 'home')
  await mkdir(folder, { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const now = Date.now()
  await createTokenFiles(home).save(nowhere, {
    access_token: tokenOf('ada'),
    received_at: now,
    expires_at: now + 3_600_000,
  })
  const start = () =>
    startEngine({
      home,
      server: nowhere,
      folder,
      inside,
      ...(ui !== undefined && { env: { CODELAB_UI: ui } }),
    })
  let engine = await start()
  const browser: Browser = await launchChromium()
  const complaints: string[] = []

  const open = async (entry: string): Promise<Page> => {
    const context = await browser.newContext({
      locale: 'en-US',
      viewport: { width: 1400, height: 850 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    if (script !== undefined) await context.addInitScript(script)
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => void complaints.push(error.message))
    await page.goto(entry)
    await page.getByRole('tree', { name: 'Files' }).waitFor()
    return page
  }
  const page = await open(engine.entry)
  return {
    page,
    folder,
    home,
    /** Errors of scripts, in any page. */
    complaints,
    at: (path: string) => join(folder, path),
    /** Another page of the same engine. */
    another: async () => open(await engine.newEntry()),
    /** A page of another engine on the same project. */
    elsewhere: async () => {
      const other = await start()
      return { page: await open(other.entry), stop: () => other.stop() }
    },
    /** The application is ended and started again. */
    restart: async () => {
      await engine.stop()
      engine = await start()
      return open(engine.entry)
    },
    close: async () => {
      await browser.close()
      await engine.stop()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** A line of the file tree. */
export const lineOf = (page: Page, path: string) =>
  page.locator(`[role=treeitem] [data-path="${path}"]`)

/** The editor of a file. */
export const editorOf = (page: Page, path: string) =>
  page.getByRole('textbox', { name: path, exact: true })
