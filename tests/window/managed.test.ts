import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WebDriver } from 'selenium-webdriver'
import { until } from '../support/until.ts'
import { type Application, say, signIn, startApplication } from './harness/application.ts'
import { dropOnWindow } from './harness/drag.ts'
import { button, text } from './harness/person.ts'

/** The window on a desktop that manages its windows: made as large as the screen, dropped on, started by a link. */
let application: Application
let window: WebDriver

beforeAll(async () => {
  application = await startApplication({ managed: true })
  window = application.window
  await signIn(window, application)
}, 180_000)
afterAll(() => application?.close(), 60_000)

const isMaximized = (wanted: boolean) =>
  until(`a window that is ${wanted ? '' : 'not '}as wide as the screen`, async () => {
    const [{ width }, screen] = [await application.screen.size(), application.screen.width]
    return wanted === width >= screen - 4
  })

/** Ends the application and starts it again. */
async function restart(...args: string[]): Promise<void> {
  await application.leave(window)
  window = await application.open(...args)
}

test('a maximized window is one after a restart, and after a second; its size from before comes back', async () => {
  const { screen } = application
  const before = await screen.size()
  await screen.clickTitleTwice()
  await isMaximized(true)
  for (let start = 0; start < 2; start += 1) {
    await restart()
    await text(window, 'README.md')
    await isMaximized(true)
  }
  await screen.clickTitleTwice()
  await isMaximized(false)
  expect(await screen.size()).toEqual(before)
}, 180_000)

test('a folder that is dropped on the window is opened', async () => {
  const dropped = join(application.scratch, 'dropped')
  await mkdir(dropped)
  await writeFile(join(dropped, 'dropped-only.txt'), '')
  await dropOnWindow(dropped, application)
  await text(window, 'dropped-only.txt')
}, 120_000)

test('started by a link to a conversation, it shows that and not the one that was in front', async () => {
  await (await button(window, 'New')).click()
  await say(window, 'count to 3')
  await text(window, '1 2 3')
  const linked = await until('the conversation that the link names', () =>
    window.executeAsyncScript<string | undefined>(`
      const done = arguments[0]
      fetch('/api/v1/views/front').then((answer) => answer.json()).then(({ value }) => done(value?.session))`),
  )
  await (await button(window, 'New')).click()
  await text(window, 'What shall we do?')
  await say(window, 'repeat tide 2 times')
  await text(window, 'tide tide')
  await restart(`codelab://session/${linked}`)
  await text(window, '1 2 3')
}, 180_000)
