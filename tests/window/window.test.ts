import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { By, type WebDriver } from 'selenium-webdriver'
import { until } from '../support/until.ts'
import { type Application, say, signIn, startApplication } from './harness/application.ts'
import { listenToNotifications } from './harness/notifications.ts'
import { button, field, text } from './harness/person.ts'
import { processesOf } from './harness/processes.ts'

/** The application of the package in a real window, against the whole platform. */
let application: Application
let installed: Application['installed']
let screen: Application['screen']
let scratch: string
let folder: string
let window: WebDriver

beforeAll(async () => {
  application = await startApplication()
  ;({ installed, screen, scratch, folder, window } = application)
}, 120_000)
afterAll(() => application?.close(), 60_000)

test('who signs in with a password sees their project', async () => {
  await signIn(window, application)
}, 60_000)

test('a question is answered, with the tool call that it took', async () => {
  await (await button(window, 'New')).click()
  await say(window, 'read README.md')
  await text(window, 'README.md has 1 line.')
}, 60_000)

test('an approval is told to the person who looks elsewhere, and decided in the window', async () => {
  const notifications = await listenToNotifications(application.desktop)
  await screen.lookElsewhere()
  await say(window, 'write "hello" to hello.txt')
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
  expect(await application.startAgain(other)).toBe(0)
  await text(window, 'only-here.txt')
  expect(await processesOf(installed.engine)).toHaveLength(1)
  expect(await application.startAgain(folder)).toBe(0)
  await text(window, 'hello.txt')
}, 60_000)

test('a link of CodeLab opens a folder when the person says so, and not before', async () => {
  const linked = join(scratch, 'linked')
  await mkdir(linked)
  await writeFile(join(linked, 'linked-only.txt'), '')
  expect(await application.startAgain(`codelab://open?folder=${encodeURIComponent(linked)}`)).toBe(
    0,
  )
  await text(window, 'Open this folder?')
  await (await button(window, 'Cancel')).click()
  await text(window, 'hello.txt')
  await application.startAgain(`codelab://open?folder=${encodeURIComponent(linked)}`)
  await (await button(window, 'Open the folder')).click()
  await text(window, 'linked-only.txt')
  await application.startAgain(folder)
  await text(window, 'hello.txt')
}, 60_000)

test('closed and opened again: its size, the person, the conversation and what was typed are there', async () => {
  await screen.resize(1111, 777)
  await (await field(window, 'Message')).sendKeys('a thought not yet sent')
  await application.leave(window)
  window = await application.open()
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
  await application.ended(installed.engine)
}, 30_000)
