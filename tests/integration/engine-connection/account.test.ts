import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAccount } from '@codelab/engine/account/account'
import { withLock } from '@codelab/engine/account/lock-file'
import {
  signInWithBrowser,
  signInWithDevice,
  signInWithPassword,
} from '@codelab/engine/account/sign-in'
import { createTokenFiles } from '@codelab/engine/account/token-file'
import { addUser, type Auth, goodPassword, startAuth } from '../auth/harness.ts'
import { createBrowser } from '../auth/browser.ts'

const run = promisify(execFile)
let auth: Auth
let folder: string
beforeAll(async () => {
  auth = await startAuth()
})
afterAll(() => auth.stop())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codelab-account-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const accountAt = (server = auth.issuer, now: () => number = Date.now) =>
  createAccount({ server, folder, store: createTokenFiles(folder), now })

async function signedIn(now?: () => number) {
  const user = await addUser(auth)
  const account = accountAt(undefined, now)
  await account.signIn(signInWithPassword({ username: user.name, password: goodPassword }))
  return { user, account }
}

const stored = async () => {
  const [name = ''] = await readdir(join(folder, 'tokens'))
  return JSON.parse(await readFile(join(folder, 'tokens', name), 'utf8')) as {
    access_token: string
    refresh_token: string
  }
}

describe('on a full disk', () => {
  const full = () => Object.assign(new Error('no space'), { code: 'ENOSPC' })

  test('a sign-in that cannot be kept says why', async () => {
    const user = await addUser(auth)
    const store = { ...createTokenFiles(folder), save: () => Promise.reject(full()) }
    const account = createAccount({ server: auth.issuer, folder, store, now: Date.now })
    await expect(
      account.signIn(signInWithPassword({ username: user.name, password: goodPassword })),
    ).rejects.toMatchObject({ code: 'unavailable', reason: 'disk_full' })
  })

  test('a refresh goes on, again and again, and is kept once there is room', async () => {
    let clock = Date.now()
    let hasRoom = true
    const files = createTokenFiles(folder)
    const store: typeof files = {
      ...files,
      save: (...given) => (hasRoom ? files.save(...given) : Promise.reject(full())),
    }
    const account = createAccount({ server: auth.issuer, folder, store, now: () => clock })
    const user = await addUser(auth)
    await account.signIn(signInWithPassword({ username: user.name, password: goodPassword }))
    const first = await stored()
    hasRoom = false
    const seen = new Set([first.access_token])
    for (let round = 1; round <= 2; round += 1) {
      clock += 890_000
      seen.add((await account.token()).value)
    }
    expect(seen.size).toBe(3)
    expect(await stored()).toEqual(first)
    hasRoom = true
    clock += 890_000
    const last = await account.token()
    expect((await stored()).access_token).toBe(last.value)
  })
})

describe('signing in', () => {
  test('with a password: the tokens lie in a file that only its owner can read', async () => {
    const { user, account } = await signedIn()
    expect(await account.whoami()).toMatchObject({ sub: user.id, username: user.name, roles: [] })
    const [name = ''] = await readdir(join(folder, 'tokens'))
    expect((await stat(join(folder, 'tokens', name))).mode & 0o777).toBe(0o600)
    expect((await stat(join(folder, 'tokens'))).mode & 0o777).toBe(0o700)
  })

  test('a wrong password says so and saves nothing', async () => {
    const user = await addUser(auth)
    const account = accountAt()
    await expect(
      account.signIn(signInWithPassword({ username: user.name, password: 'wrong' })),
    ).rejects.toMatchObject({ code: 'unauthorized', message: expect.stringContaining('password') })
    await expect(account.token()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('in the browser: code and PKCE over a loopback port, with the state checked', async () => {
    const user = await addUser(auth)
    const account = accountAt()
    const page = { title: 'Signed in', text: 'You can close this window.' }
    const shown = Promise.withResolvers<string>()
    const done = account.signIn(
      signInWithBrowser({
        show: shown.resolve,
        pages: { done: page, refused: { title: 'Refused', text: 'Try again.' } },
      }),
    )
    const address = new URL(await shown.promise)
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      client_id: 'codelab-desktop',
      response_type: 'code',
    })
    const callback = address.searchParams.get('redirect_uri') ?? ''
    const forged = await fetch(`${callback}?code=stolen&state=guessed`)
    expect(forged.status).toBe(404)

    const browser = createBrowser()
    let answer = await browser.open(address.href)
    for (let step = 0; step < 4 && !answer.headers.get('location'); step += 1) {
      answer = await browser.submit(answer, {
        username: user.name,
        password: goodPassword,
        confirm: 'yes',
      })
    }
    const back = answer.headers.get('location') ?? ''
    expect(back.startsWith(callback)).toBe(true)
    const shownPage = await (await fetch(back)).text()
    await done
    expect(shownPage).toContain('You can close this window.')
    expect(await account.whoami()).toMatchObject({ sub: user.id, username: user.name })
  })

  test('with a device code that is confirmed elsewhere', async () => {
    const user = await addUser(auth)
    const account = accountAt()
    const shown = Promise.withResolvers<{ code: string; address: string }>()
    const done = account.signIn(signInWithDevice({ show: shown.resolve }))
    const device = await shown.promise
    const browser = createBrowser()
    let page = await browser.open(device.address)
    for (let step = 0; step < 5 && /<form method="post"/.test(page.text); step += 1) {
      page = await browser.submit(page, {
        user_code: device.code,
        username: user.name,
        password: goodPassword,
        confirm: 'yes',
      })
    }
    await done
    expect(await account.whoami()).toMatchObject({ sub: user.id })
  })

  test('an address where nothing answers is named', async () => {
    const way = signInWithPassword({ username: 'x', password: 'y' })
    await expect(accountAt('http://127.0.0.1:1').signIn(way)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('http://127.0.0.1:1'),
    })
  })

  test('a forwarded port stands for the workspace that it leads to', async () => {
    const other = await auth.another()
    const user = await addUser(auth)
    const account = accountAt(other.url)
    await account.signIn(signInWithPassword({ username: user.name, password: goodPassword }))
    expect(await account.whoami()).toMatchObject({ sub: user.id })
    await other.stop()
  })
})

describe('refreshing', () => {
  test('a token that was turned down is replaced, and the new one is kept', async () => {
    const { account } = await signedIn()
    const first = await account.token()
    expect((await account.token()).value).toBe(first.value)
    const second = await account.token(first.value)
    expect(second.value).not.toBe(first.value)
    expect((await stored()).access_token).toBe(second.value)
    expect((await account.token(first.value)).value).toBe(second.value)
  })

  test('a token near its end is replaced without being asked', async () => {
    let now = Date.now()
    const { account } = await signedIn(() => now)
    const first = await account.token()
    now = first.renewAt + 1
    expect((await account.token()).value).not.toBe(first.value)
  })

  test('four calls in each of three processes use one refresh token once', async () => {
    const { account } = await signedIn()
    const first = await account.token()
    const before = await auth.metric(/tokens_total\{event="refresh"/)
    const script = join(import.meta.dirname, 'refresh-once.ts')
    const children = Array.from({ length: 3 }, () =>
      run(process.execPath, [script, auth.issuer, folder, first.value]),
    )
    const printed = (await Promise.all(children)).flatMap(
      ({ stdout }) => JSON.parse(stdout) as string[],
    )
    expect(new Set(printed).size).toBe(1)
    expect(printed[0]).toBe((await stored()).access_token)
    expect((await auth.metric(/tokens_total\{event="refresh"/)) - before).toBe(1)
  })

  test('a refresh token that has ended asks for a new sign-in and forgets the tokens', async () => {
    const { account } = await signedIn()
    const first = await account.token()
    await account.signOut()
    await createTokenFiles(folder).save(auth.issuer, {
      access_token: first.value,
      refresh_token: 'not-a-token',
      received_at: 0,
      expires_at: 1,
    })
    await expect(account.token()).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('codelab login'),
    })
    expect(await readdir(join(folder, 'tokens'))).toEqual([])
  })

  test('a good token is still used while the server does not answer', async () => {
    let now = Date.now()
    const { account } = await signedIn(() => now)
    const tokens = { ...(await createTokenFiles(folder).load(auth.issuer)) } as never
    const away = accountAt('http://127.0.0.1:1', () => now)
    await createTokenFiles(folder).save('http://127.0.0.1:1', tokens)
    const first = await account.token()
    now = first.renewAt + 1
    expect((await away.token()).value).toBe(first.value)
    await expect(away.token(first.value)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('signing out ends the sign-in at the server', async () => {
    const { account } = await signedIn()
    const { refresh_token } = await stored()
    expect(await account.signOut()).toBe(true)
    const account2 = accountAt()
    await createTokenFiles(folder).save(auth.issuer, {
      access_token: 'x',
      refresh_token,
      received_at: 0,
      expires_at: 1,
    })
    await expect(account2.token()).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('the lock between processes', () => {
  const lock = () => join(folder, 'locks', 'x.lock')

  test('lets one work at a time', async () => {
    let inside = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++inside)
      await new Promise(setImmediate)
      inside -= 1
    }
    await Promise.all(Array.from({ length: 5 }, () => withLock(lock(), work)))
    expect(most).toBe(1)
    expect(await readdir(join(folder, 'locks'))).toEqual([])
  })

  test('of a process that is gone is taken over', async () => {
    const child = run(process.execPath, ['-e', ''])
    const pid = child.child.pid
    await child
    await mkdir(join(folder, 'locks'), { recursive: true })
    const { hostname } = await import('node:os')
    await writeFile(lock(), JSON.stringify({ pid, host: hostname() }))
    await expect(withLock(lock(), async () => 'done')).resolves.toBe('done')
  })

  test('of a living process is waited for, until it is older than any honest holder', async () => {
    await mkdir(join(folder, 'locks'), { recursive: true })
    const { hostname } = await import('node:os')
    await writeFile(lock(), JSON.stringify({ pid: process.pid, host: hostname() }))
    await expect(withLock(lock(), async () => 'done', 200)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('x.lock'),
    })
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(lock(), longAgo, longAgo)
    await expect(withLock(lock(), async () => 'done')).resolves.toBe('done')
  })

  test('is given back when the work fails', async () => {
    await expect(withLock(lock(), () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(withLock(lock(), async () => 'again')).resolves.toBe('again')
  })
})
