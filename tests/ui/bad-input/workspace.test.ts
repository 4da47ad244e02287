import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { Browser, Page } from 'playwright-core'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { selfSigned } from '../../support/certificate.ts'
import { launchChromium } from '../../support/chromium.ts'
import { addPerson, stateOf } from '../../support/people.ts'
import { startPlatform, type StartedPlatform } from '../../support/platform.ts'
import { until } from '../../support/until.ts'
import { type Front, startFront } from './front.ts'
import { openWindow, signIn, told, type Window } from './window.ts'
import { beginByButton, messageBox, say } from '../talk.ts'

/** Workspaces that do not answer, are not what they should be, or do not let a person in: each says what, where, and what to do. */
/** So short that the engine asks for another one, and hears whether it still gets any, within each test. */
const accessSeconds = 3

let platform: StartedPlatform
let browser: Browser
let front: Front
let window: Window
let page: Page
const open: { close(): unknown }[] = []

beforeAll(async () => {
  platform = await startPlatform({ env: { ACCESS_TOKEN_TTL_S: String(accessSeconds) } })
  browser = await launchChromium()
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await platform?.remove()
}, 60_000)

const show = async (server: string) => {
  window = await openWindow(browser, { server })
  ;({ page } = window)
}
beforeEach(async () => {
  front = await startFront(platform.ready.gateway)
})
afterEach(async () => {
  await window?.close()
  await front.close()
  for (const one of open.splice(0)) await one.close()
})

async function listening(server: Pick<Server, 'listen' | 'close' | 'address'>): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  open.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

const userName = () => page.getByLabel('User name')
const passwordBox = () => page.getByLabel('Password', { exact: true })
const press = (name: string) => page.getByRole('button', { name }).click()

describe('at the sign-in', () => {
  const chooseServer = async (address: string) => {
    await press('Another workspace')
    await page.getByLabel('Address of the workspace').fill(address)
    await press('Use this workspace')
  }
  const typedAddress = () => page.getByLabel('Address of the workspace').inputValue()

  test('a server that does not answer is named; what was typed waits until it is back', async () => {
    await show(front.url)
    await userName().fill(platform.ready.username)
    await passwordBox().fill(platform.ready.password)
    await front.away()
    await press('Sign in with a password')
    await told(page, `${front.url} does not answer. Check the address`)
    expect(await userName().inputValue()).toBe(platform.ready.username)
    expect(await passwordBox().inputValue()).toBe(platform.ready.password)
    await front.back()
    await press('Sign in with a password')
    await page.getByRole('button', { name: 'New', exact: true }).waitFor()
  }, 60_000)

  test('a server that is away at the start can be asked again', async () => {
    await front.away()
    await show(front.url)
    await told(page, `${front.url} does not answer`)
    await front.back()
    await press('Ask the workspace again')
    await userName().waitFor()
  }, 60_000)

  test('a certificate that nobody vouches for is refused before a password can be typed', async () => {
    let asked = 0
    const wrong = createTlsServer(selfSigned('127.0.0.1'), (_, response) => {
      asked += 1
      response.end()
    })
    const address = `https://${await listening(wrong)}`
    await show(front.url)
    await chooseServer(address)
    await told(
      page,
      `This computer does not trust the certificate of ${address}. Do not enter a password`,
    )
    expect(await typedAddress()).toBe(address)
    await press('Cancel')
    await chooseServer(address)
    expect(asked).toBe(0)
    // The one in use stays.
    await press('Cancel')
    await page.getByText(`Workspace: ${front.url}`).waitFor()
  }, 60_000)

  test('something that is no CodeLab is told apart', async () => {
    const other = createServer((_, response) => response.end('<h1>It works!</h1>'))
    const address = `http://${await listening(other)}`
    await show(front.url)
    await chooseServer(address)
    await told(page, `What answers at ${address} is no CodeLab workspace. Check the address.`)
    expect(await typedAddress()).toBe(address)
  }, 60_000)

  test('a suspended workspace says that its data is kept', async () => {
    front.suspend(true)
    await show(front.url)
    await told(page, `The workspace at ${front.url} is suspended or starting. Its data is kept`)
    front.suspend(false)
    await press('Ask the workspace again')
    await userName().waitFor()
  }, 60_000)

  test('a wrong password is said without telling which of the two was wrong', async () => {
    await show(front.url)
    for (const name of [platform.ready.username, 'nobody']) {
      await userName().fill(name)
      await passwordBox().fill('wrong')
      await press('Sign in with a password')
      await told(page, 'User name or password is wrong.')
      expect(await userName().inputValue()).toBe(name)
    }
  }, 60_000)

  test('a locked account says how long to wait', async () => {
    const name = `locked-${randomUUID().slice(0, 8)}`
    await addPerson(platform, name)
    await show(front.url)
    await userName().fill(name)
    const wrong = async () => {
      await passwordBox().fill('wrong')
      const answered = page.waitForResponse(/sign_in$/)
      await press('Sign in with a password')
      return (await answered).status()
    }
    const statuses: number[] = []
    while (!statuses.includes(429) && statuses.length < 8) statuses.push(await wrong())
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    await told(page, /Too many failed attempts\. Try again in 1[45] minutes\./)
    await passwordBox().fill(`a long password of ${name}'s own`)
    await press('Sign in with a password')
    await told(page, /Too many failed attempts\. Try again in 1[45] minutes\./)
  }, 60_000)
})

describe('at work', () => {
  const draft = 'half a thought that nobody has sent'
  /** The engine's longest pause between two tries is half of it: so long a slow machine may have been cut off. */
  const longestPauseMs = 30_000
  beforeEach(async () => {
    await show(front.url)
    await signIn(page, platform.ready)
    await beginByButton(page)
  }, 60_000)

  test('a line that is cut is told; what is sent meanwhile arrives once it is back', async () => {
    await say(page, 'count to 2')
    await page.getByText('1 2', { exact: true }).waitFor()
    await front.away()
    await told(page, 'The connection is lost; connecting again. What you type and send is kept.')
    await told(page, `${front.url} does not answer`)
    await say(page, 'count to 3')
    await told(page, 'Sending…')
    await messageBox(page).fill(draft)
    await front.back()
    await page.getByText('1 2 3', { exact: true }).waitFor({ timeout: longestPauseMs })
    expect(await messageBox(page).inputValue()).toBe(draft)
    expect(await page.getByText('count to 3', { exact: true }).count()).toBe(1)
  }, 120_000)

  test('a workspace that is suspended meanwhile says so, and the work goes on afterwards', async () => {
    await messageBox(page).fill(draft)
    front.suspend(true)
    await told(page, `The workspace at ${front.url} is suspended or starting. Its data is kept`)
    expect(await messageBox(page).inputValue()).toBe(draft)
    front.suspend(false)
    await say(page, 'count to 4')
    await page.getByText('1 2 3 4', { exact: true }).waitFor({ timeout: longestPauseMs })
  }, 120_000)

  /** Signed out by the workspace: the sign-in comes, and behind it everything is as it was. */
  const signedOut = async () => {
    await told(page, `Your sign-in at ${front.url} has ended. Sign in again; nothing is lost.`)
    await signIn(page, platform.ready)
    await until('the draft', async () => (await messageBox(page).inputValue()) === draft)
    await say(page, 'count to 5')
    await page.getByText('1 2 3 4 5', { exact: true }).waitFor()
  }

  test('a refresh token that was revoked ends the sign-in, and nothing typed', async () => {
    await messageBox(page).fill(draft)
    const kept = await createTokenFiles(window.home).load(front.url)
    const revoked = await fetch(`${platform.ready.gateway}/oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'codelab-desktop',
        token: kept?.refresh_token ?? '',
        token_type_hint: 'refresh_token',
      }),
    })
    expect(revoked.status).toBe(200)
    await signedOut()
  }, 60_000)

  test('a refresh token that has expired ends the sign-in, and nothing typed', async () => {
    await messageBox(page).fill(draft)
    const { auth_database_url: connectionString } = await stateOf(platform.data)
    const database = new pg.Client({ connectionString })
    await database.connect()
    // Its time is over now: no test waits for it, and none before this one must be faster than it.
    await database.query(`update oauth_record set expires_at = now() where kind = 'RefreshToken'`)
    await database.end()
    await signedOut()
  }, 60_000)
})

describe('a workspace of another version', () => {
  const mismatch = async (version: string, text: string) => {
    front.pretend(version)
    await show(front.url)
    await signIn(page, platform.ready)
    await beginByButton(page)
    await told(page, text)
    // It can be tried all the same.
    await say(page, 'count to 2')
    await page.getByText('1 2', { exact: true }).waitFor()
  }

  test(
    'that is newer: this application is to be updated',
    () =>
      mismatch(
        '2.0.0',
        'The workspace is version 2.0.0 and this application 0.1.0. Update CodeLab on this computer.',
      ),
    60_000,
  )

  test(
    'that is older: whoever runs it is to be asked',
    () =>
      mismatch(
        '0.0.9',
        'This application is version 0.1.0 and the workspace 0.0.9. Ask whoever runs the workspace to update it.',
      ),
    60_000,
  )
})
