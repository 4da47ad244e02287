import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { until } from '../../support/until.ts'
import { ask, openPage } from './page.ts'

const repository = resolve(import.meta.dirname, '../../..')
const main = join(repository, 'desktop-client/engine/src/main.ts')
const cli = join(repository, 'desktop-client/cli/bin/codelab.js')

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'codelab-engine-'))
  await mkdir(join(root, 'project'))
})
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  await rm(root, { recursive: true, force: true })
})

function start(program: string, ...args: string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, CODELAB_HOME: join(root, 'home') }
  const child = spawn(process.execPath, [program, ...args], { env, cwd: root })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (err += chunk.toString()))
  const code = new Promise<number | null>((settle) => child.once('close', settle))
  const addresses = () =>
    [...out.matchAll(/^ENGINE_URL (\S+)$/gm)].map(([, address = '']) => address)
  const address = () =>
    until(
      () => `an address; ${out}${err}`,
      () => addresses()[0],
    )
  const tell = (command: unknown) => void child.stdin.write(`${JSON.stringify(command)}\n`)
  return { child, code, out: () => out, err: () => err, address, addresses, tell }
}

test('the engine prints where its page is, listens to its shell, and ends with its standard input', async () => {
  const engine = start(main, join(root, 'project'))
  const page = await openPage(await engine.address())
  const state = await page.get<{ shown_in: string; projects: { path: string }[] }>('/api/v1/state')
  expect(state).toMatchObject({ shown_in: 'window', projects: [{ path: join(root, 'project') }] })
  // With it, WebKit would begin the page in a second process.
  const { headers } = await ask(page.origin, {})
  expect(headers['cross-origin-opener-policy']).toBeUndefined()

  engine.tell({ type: 'entry' })
  await until('another address', () => engine.addresses().length === 2)
  expect(new URL(engine.addresses()[1] ?? '').origin).toBe(page.origin)

  await page.listen()
  engine.tell({ type: 'link', url: 'codelab://session/s-1' })
  engine.tell({ type: 'link', url: 'codelab://open?folder=/etc' })
  engine.tell({ type: 'link', url: 'https://evil.example' })
  await mkdir(join(root, 'second'))
  engine.tell({ type: 'open', path: join(root, 'second') })
  engine.child.stdin.write('no json\n{"type":"run"}\n')
  await until('three are shown', () => page.of('show').length === 3)
  expect(page.of('show')).toMatchObject([
    { session_id: 's-1' },
    { link: 'codelab://open?folder=/etc' },
    { project: expect.any(String) },
  ])

  const window = { x: 1, y: 2, width: 900, height: 600, maximized: false }
  engine.tell({ type: 'window', window })
  await until('the window is remembered', async () =>
    (await readFile(join(root, 'home/window.json'), 'utf8').catch(() => '')).includes('900'),
  )
  await page.close()
  engine.child.stdin.end()
  expect(await engine.code).toBe(0)
  await expect(ask(page.origin, {})).rejects.toThrow()
  expect(await readdir(join(root, 'home/open'))).toEqual([])

  const again = start(main)
  await again.address()
  expect(again.out().split('\n')[0]).toBe(
    `ENGINE_EVENT ${JSON.stringify({ type: 'window', window })}`,
  )
  again.child.stdin.end()
  await again.code
})

test('the engine ends when the shell is killed: its standard input is closed then', async () => {
  const engine = start(main)
  await engine.address()
  engine.child.stdin.destroy()
  expect(await engine.code).toBe(0)
})

test('codelab open prints the address, and ends with Ctrl-C', async () => {
  const opened = start(cli, 'open', 'project', '--no-browser')
  const address = await until(
    () => `an address; ${opened.err()}`,
    () => /^http:\/\/127\.0\.0\.1:\d+\/\?t=\S+$/m.exec(opened.out())?.[0],
  )
  const page = await openPage(address)
  expect(await page.get('/api/v1/state')).toMatchObject({ shown_in: 'browser' })
  opened.child.kill('SIGINT')
  expect(await opened.code).toBe(0)
  expect(opened.err()).toContain('good once')
})

test('codelab open of a folder that is not there says so', async () => {
  const opened = start(cli, 'open', 'nowhere', '--no-browser')
  expect(await opened.code).toBe(2)
  expect(opened.err()).toContain('nowhere')
})
