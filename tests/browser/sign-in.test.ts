import { mkdtemp, rm } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { startPlatform, type StartedPlatform } from '../support/platform.ts'
import { runCli } from '../support/cli.ts'
import { until } from '../support/until.ts'

/** Signing in with a real browser through the gateway: the pages, the redirect to the waiting client, the device code. */
const program = resolve(import.meta.dirname, '../../desktop-client/cli/bin/codelab.js')

let platform: StartedPlatform
let browser: Browser
let scratch: string
let page: Page
const complaints: string[] = []

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'codelab-browser-'))
  platform = await startPlatform()
  browser = await launchChromium()
}, 90_000)
afterAll(async () => {
  await browser.close()
  await platform.remove()
  await rm(scratch, { recursive: true, force: true })
}, 30_000)

beforeEach(async () => {
  const context = await browser.newContext({ locale: 'en-US' })
  page = await context.newPage()
  complaints.length = 0
  page.on(
    'console',
    (message) => void (message.type() === 'error' && complaints.push(message.text())),
  )
})
afterEach(() => page.context().close())

/** Starts `codelab login` and gives the address that it shows. */
async function startLogin(home: string, ...args: string[]) {
  const child = spawn(
    process.execPath,
    [program, 'login', '--server', platform.ready.gateway, ...args],
    {
      cwd: scratch,
      env: { PATH: '/nowhere', LANG: 'en_US.UTF-8', CODELAB_HOME: home, HOME: home, NO_COLOR: '1' },
    },
  )
  let said = ''
  let code: number | null | undefined
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.on('close', (exit) => (code = exit))
  const address = await until(
    () => `an address to open in: ${said}`,
    () => /(http:\/\/127\.0\.0\.1:\d+\/\S+)/.exec(said)?.[1],
  )
  return {
    address,
    said: () => said,
    exit: () =>
      until(
        () => `the end of login; it said: ${said}`,
        () => code !== undefined && { code },
      ),
  }
}

async function signInOn(shown: Page, password = platform.ready.password) {
  await shown.getByLabel(/user/i).fill(platform.ready.username)
  await shown.getByLabel(/password/i).fill(password)
  await shown.keyboard.press('Enter')
}

test('code and PKCE: the browser signs in and the waiting client has its tokens', async () => {
  const home = join(scratch, 'code')
  const login = await startLogin(home, '--browser')
  await page.goto(login.address)
  expect(new URL(page.url()).origin).toBe(platform.ready.gateway)
  await signInOn(page, 'wrong password')
  await page.getByRole('alert').waitFor()
  await signInOn(page)
  await page.getByText('You are signed in').waitFor()
  expect(new URL(page.url()).hostname).toBe('127.0.0.1')
  expect(await login.exit()).toEqual({ code: 0 })
  expect(await runCli(['run', 'count to 3'], { cwd: scratch, home })).toMatchObject({
    code: 0,
    out: '1 2 3\n',
  })
  expect(complaints.filter((text) => /Content Security Policy/i.test(text))).toEqual([])
})

test('device code: entered in a browser elsewhere', async () => {
  const home = join(scratch, 'device')
  const login = await startLogin(home, '--device')
  await page.goto(login.address)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: /^Yes, connect/ }).click()
  await signInOn(page)
  await page.getByText('The device is connected.').waitFor()
  expect(await login.exit()).toEqual({ code: 0 })
  expect(complaints.filter((text) => /Content Security Policy/i.test(text))).toEqual([])
})

test('the sign-in page works without script, by keyboard, and speaks Russian', async () => {
  const login = await startLogin(join(scratch, 'page'), '--browser')
  const context = await browser.newContext({
    javaScriptEnabled: false,
    locale: 'ru-RU',
    viewport: { width: 360, height: 640 },
  })
  const plain = await context.newPage()
  await plain.goto(login.address)
  expect(await plain.locator('html').getAttribute('lang')).toBe('ru')
  expect(await plain.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(
    true,
  )
  await plain.screenshot({ path: join(scratch, 'sign-in.png') })
  const unlabelled = `[...document.querySelectorAll('input:not([type=hidden])')].filter((input) => !input.labels?.length).length`
  expect(await plain.evaluate(unlabelled)).toBe(0)
  await plain.getByLabel(/пользовател/i).fill(platform.ready.username)
  await plain.keyboard.press('Tab')
  await plain.keyboard.type(platform.ready.password)
  await plain.keyboard.press('Enter')
  await plain.getByText('You are signed in').waitFor()
  expect(await login.exit()).toEqual({ code: 0 })
  await context.close()
})
