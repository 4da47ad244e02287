import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Key, type WebDriver } from 'selenium-webdriver'
import { startPlatform } from '../../support/platform.ts'
import { until } from '../../support/until.ts'
import { openDesktop } from './desktop.ts'
import { startDriver } from './driver.ts'
import { installApplication } from './installed.ts'
import { button, field, text } from './person.ts'
import { processesOf } from './processes.ts'
import { screenOf } from './screen.ts'

/**
 * The application of the package in a real window on a screen without a monitor, against the whole platform, opened on a project with
 * a README.md. `managed`: with a program that manages windows, as desktops have one.
 */
export async function startApplication({ managed = false } = {}) {
  const scratch = await mkdtemp(join(tmpdir(), 'codelab-window-test-'))
  const folder = join(scratch, 'project')
  await mkdir(folder)
  await writeFile(join(folder, 'README.md'), '# A project\n')
  const installed = await installApplication()
  const platform = await startPlatform()
  const desktop = await openDesktop({ managed })
  const env = {
    ...desktop.env,
    PATH: process.env['PATH']!,
    HOME: join(scratch, 'home'),
    CODELAB_HOME: join(scratch, 'home'),
    CODELAB_SERVER: platform.ready.gateway,
    CODELAB_KEYRING: 'off',
    LANG: 'C.UTF-8',
  }
  await mkdir(env.HOME)
  const driver = await startDriver(env)
  const open = (...args: readonly string[]) => driver.open(installed.program, args)
  const screen = screenOf(desktop)
  const ended = (program: string) =>
    until(`the end of ${program}`, async () => (await processesOf(program)).length === 0)
  return {
    scratch,
    folder,
    installed,
    platform,
    desktop,
    screen,
    open,
    window: await open(folder),
    ended,
    /** Starts the application a second time, as a desktop does for a folder or a link; answers its exit code. */
    async startAgain(...args: string[]): Promise<number> {
      const child = spawn(installed.program, args, { env, stdio: 'ignore' })
      const [code] = (await once(child, 'exit')) as [number]
      return code
    },
    /** Leaves the application by its key and waits until all of it is gone. */
    async leave(window: WebDriver): Promise<void> {
      await screen.press('ctrl+q')
      await ended(installed.program)
      await ended(installed.engine)
      // The driver keeps the session of an application that is gone.
      await window.quit().catch(() => undefined)
    },
    async close(): Promise<void> {
      for (const pid of await processesOf(installed.program)) process.kill(pid)
      await driver.stop()
      await desktop.close()
      await platform.remove()
      await installed.remove()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}
export type Application = Awaited<ReturnType<typeof startApplication>>

/** Signs in with user and password, and waits for the project. */
export async function signIn(window: WebDriver, { platform }: Application): Promise<void> {
  await (await field(window, 'User name')).sendKeys(platform.ready.username)
  await (await field(window, 'Password')).sendKeys(platform.ready.password)
  await (await button(window, 'Sign in with a password')).click()
  await text(window, 'README.md')
}

/** Types a message into the conversation and sends it. */
export const say = async (window: WebDriver, words: string): Promise<void> =>
  (await field(window, 'Message')).sendKeys(words, Key.ENTER)
