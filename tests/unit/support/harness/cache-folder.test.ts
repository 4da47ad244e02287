import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cachedFolder, cacheRoot, withLock } from '../../../cluster/harness/cache-folder.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'codelab-cache-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const module = join(import.meta.dirname, '../../../cluster/harness/cache-folder.ts')

test('a folder is made once and found afterwards', async () => {
  let made = 0
  const make = async (unfinished: string) => {
    made += 1
    await writeFile(join(unfinished, 'program'), 'whole')
  }
  const folder = join(root, 'tool-1')
  expect(await cachedFolder(folder, make)).toBe(folder)
  expect(await cachedFolder(folder, make)).toBe(folder)
  expect(made).toBe(1)
  expect(await readFile(join(folder, 'program'), 'utf8')).toBe('whole')
})

test('of two that want it at once one makes it', async () => {
  let made = 0
  const make = async () => void (made += 1)
  await Promise.all([1, 2, 3].map(() => cachedFolder(join(root, 'tool-1'), make)))
  expect(made).toBe(1)
})

test('a folder whose making failed, or was cut off, is not there', async () => {
  const folder = join(root, 'tool-1')
  await expect(
    cachedFolder(folder, async (unfinished) => {
      await writeFile(join(unfinished, 'half'), '')
      throw new Error('the network is away')
    }),
  ).rejects.toThrow('the network is away')
  expect(await readdir(root)).not.toContain('tool-1')

  await mkdir(`${folder}.unfinished`, { recursive: true })
  await writeFile(join(`${folder}.unfinished`, 'half'), '')
  await cachedFolder(folder, (unfinished) => writeFile(join(unfinished, 'program'), ''))
  expect(await readdir(folder)).toEqual(['program'])
})

test('a lock is free again when its holder was killed', async () => {
  const file = join(root, 'lock')
  const script = `
    import { withLock } from '${module}'
    await withLock('${file}', async () => {
      console.log('held')
      await new Promise((resolve) => setTimeout(resolve, 1e6))
    })`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  let waited = true
  const mine = withLock(file, async () => waited)
  waited = false
  holder.kill('SIGKILL')
  expect(await mine).toBe(false)
})

test('the cache is where the system says', () => {
  expect(cacheRoot({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/codelab')
  expect(cacheRoot({})).toMatch(/\/\.cache\/codelab$/)
})
