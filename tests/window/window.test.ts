import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { By, Key, type WebDriver } from 'selenium-webdriver'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { until } from '../support/until.ts'
import { type Desktop, openDesktop } from './harness/desktop.ts'
import { startDriver } from './harness/driver.ts'
import { installApplication } from './harness/installed.ts'
import { listenToNotifications } from './harness/notifications.ts'
import { button, field, text } from './harness/person.ts'
import { processesOf } from './harness/processes.ts'
import { screenOf } from './harness/screen.ts'

/** The application of the package in a real window on a screen without a monitor, against the whole platform. */
let platform: StartedPlatform
let desktop: Desktop
let screen: ReturnType<typeof screenOf>
let installed: Awaited<ReturnType<typeof installApplication>>
let driver: Awaited<ReturnType<typeof startDriver>>
let window: WebDriver
let scratch: string
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codelab-window-test-'))
  folder = join(scratch, 'project')
  await mkdir(folder)
  await writeFile(join(folder, 'README.md'), '# A project\n')
  installed = await installApplication()
  platform = await startPlatform()
  desktop = await openDesktop()
  screen = screenOf(desktop)
  env = {
    ...desktop.env,
    PATH: process.env['PATH']!,
    HOME: join(scratch, 'home'),
    CODELAB_HOME: join(scratch, 'home'),
    CODELAB_SERVER: platform.ready.gateway,
    CODELAB_KEYRING: 'off',
    LANG: 'C.UTF-8',
  }
  await mkdir(env['HOME']!)
  driver = await startDriver(env)
  window = await driver.open(installed.program, [folder])
}, 120_000)

afterAll(async () => {
  for (const pid of await processesOf(installed.program)) process.kill(pid)
  await driver?.stop()
  await desktop?.close()
  await platform?.remove()
  await installed?.remove()
  await rm(scratch, { recursive: true, force: true })
}, 60_000)

const say = async (words: string) => (await field(window, 'Message')).sendKeys(words, Key.ENTER)

/** Starts the application a second time, as a desktop does for a folder or a link; answers its exit code. */
async function startAgain(...args: string[]): Promise<number> {
  const child = spawn(installed.program, args, { env, stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number]
  return code
}

const ended = (program: string) =>
  until(`the end of ${program}`, async () => (await processesOf(program)).length === 0)

test('who signs in with a password sees their project', async () => {
  await (await field(window, 'User name')).sendKeys(platform.ready.username)
  await (await field(window, 'Password')).sendKeys(platform.ready.password)
  await (await button(window, 'Sign in with a password')).click()
  await text(window, 'README.md')
}, 60_000)

test('a question is answered, with the tool call that it took', async () => {
  await (await button(window, 'New')).click()
  await say('read README.md')
  await text(window, 'README.md has 1 line.')
}, 60_000)

test('an approval is told to the person who looks elsewhere, and decided in the window', async () => {
  const notifications = await listenToNotifications(desktop)
  await screen.lookElsewhere()
  await say('write "hello" to hello.txt')
  await text(window, 'CodeLab wants to use write_file')
  await until('the notification', () => notifications.text().includes('write_file hello.txt'))
  expect(notifications.text()).toContain('Approval needed')
  await notifications.click()
  notifications.stop()
  await until('the mark in the title', async () => (await screen.title()) === '(1) CodeLab')
  await (await button(window, 'Approve once')).click()
  const written = await until('the file', () =>
    readFile(join(folder, 'hello.txt'), 'utf8').catch(() => undefined),
  )
  expect(written).toBe('hello')
  await until('the title without a mark', async () => (await screen.title()) === 'CodeLab')
}, 60_000)

test('the menu’s keys reach the page through the native window', async () => {
  await screen.press('ctrl+comma')
  await text(window, 'Theme')
  await screen.press('ctrl+1')
  await text(window, 'hello.txt')
}, 60_000)

test('the page goes nowhere else and may do nothing to the window', async () => {
  const before = await window.getCurrentUrl()
  const visits: string[] = []
  const elsewhere = createServer((request, response) => {
    visits.push(request.url ?? '')
    response.end('elsewhere')
  }).listen(0, '127.0.0.1')
  // Also when something below fails.
  elsewhere.unref()
  await once(elsewhere, 'listening')
  const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  await window.executeScript(`open('${address}/opened'); location.href = '${address}/gone'`)
  const answers = await window.executeAsyncScript<string[]>(`
    const done = arguments[0]
    const commands = ['plugin:window|close', 'plugin:app|version', 'plugin:event|listen', 'plugin:webview|create_webview']
    Promise.all(commands.map((command) =>
      window.__TAURI_INTERNALS__.invoke(command, { label: 'main' }).then(() => 'done', String),
    )).then(done)`)
  expect(answers).toHaveLength(4)
  for (const answer of answers) expect(answer).toContain('not allowed')
  expect(await window.getAllWindowHandles()).toHaveLength(1)
  expect(await window.getCurrentUrl()).toBe(before)
  expect(visits).toEqual([])
})

test('a second start hands its folder and its link to the first', async () => {
  const other = join(scratch, 'other')
  await mkdir(other)
  await writeFile(join(other, 'only-here.txt'), '')
  expect(await startAgain(other)).toBe(0)
  await text(window, 'only-here.txt')
  expect(await processesOf(installed.engine)).toHaveLength(1)
  expect(await startAgain(folder)).toBe(0)
  await text(window, 'hello.txt')
}, 60_000)

test('a link of CodeLab opens a folder when the person says so, and not before', async () => {
  const linked = join(scratch, 'linked')
  await mkdir(linked)
  await writeFile(join(linked, 'linked-only.txt'), '')
  expect(await startAgain(`codelab://open?folder=${encodeURIComponent(linked)}`)).toBe(0)
  await text(window, 'Open this folder?')
  await (await button(window, 'Cancel')).click()
  await text(window, 'hello.txt')
  await startAgain(`codelab://open?folder=${encodeURIComponent(linked)}`)
  await (await button(window, 'Open the folder')).click()
  await text(window, 'linked-only.txt')
  await startAgain(folder)
  await text(window, 'hello.txt')
}, 60_000)

test('closed and opened again: its size, the person, the conversation and what was typed are there', async () => {
  await screen.resize(1111, 777)
  await (await field(window, 'Message')).sendKeys('a thought not yet sent')
  await screen.press('ctrl+q')
  await ended(installed.program)
  await ended(installed.engine)
  // The driver keeps the session of an application that is gone.
  await window.quit().catch(() => undefined)

  window = await driver.open(installed.program)
  await text(window, 'README.md has 1 line.')
  await until('what was typed', async () => {
    const message = await field(window, 'Message')
    return (await message.getAttribute('value')) === 'a thought not yet sent'
  })
  expect(await screen.size()).toEqual({ width: 1111, height: 777 })
}, 60_000)

test('an engine that was lost is told in plain words, and started again by a click', async () => {
  const [pid] = await processesOf(installed.engine)
  process.kill(pid!, 'SIGKILL')
  await text(window, 'CodeLab has stopped working')
  await (await window.findElement(By.linkText('Start again'))).click()
  await text(window, 'README.md has 1 line.')
  expect(await processesOf(installed.engine)).not.toContain(pid)
}, 60_000)

test('an engine ends with its window, however that ends', async () => {
  const [pid] = await processesOf(installed.program)
  process.kill(pid!, 'SIGKILL')
  await ended(installed.engine)
}, 30_000)
