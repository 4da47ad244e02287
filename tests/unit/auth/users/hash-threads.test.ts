import { readdir, readFile } from 'node:fs/promises'
import { createHashThreads } from '@codelab/auth/users/hash-threads'
import { hashPassword, unopenableHash, verifyPassword } from '@codelab/auth/users/password-hash'
import { until } from '../../../support/until.ts'

/** How nice each thread of this process is. */
const nicenessOfThreads = async () => {
  const stats = (await readdir('/proc/self/task')).map((id) =>
    readFile(`/proc/self/task/${id}/stat`, 'utf8').catch(() => undefined),
  )
  return (await Promise.all(stats)).flatMap((text) =>
    text === undefined ? [] : [Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[16])],
  )
}

test('the threads open with the right password alone, several at once', async () => {
  const threads = createHashThreads()
  const hash = await hashPassword('correct horse')
  const tries = ['correct horse', 'wrong horse', 'correct horse']
  const results = tries.map((password) => verifyPassword(password, hash, threads.derive))
  expect(await Promise.all(results)).toEqual([true, false, true])
  await threads.stop()
})

test('a hashing thread is nicer than the one that answers', async () => {
  const threads = createHashThreads()
  const before = (await nicenessOfThreads()).filter((niceness) => niceness === 10).length
  await verifyPassword('a password', unopenableHash, threads.derive)
  const nice = (await nicenessOfThreads()).filter((niceness) => niceness === 10).length
  expect(nice - before).toBe(1)
  await threads.stop()
})

test('a thread that has nothing to do ends, and the next hash has one again', async () => {
  const threads = createHashThreads({ endAfterMs: 1 })
  const nice = async () => (await nicenessOfThreads()).filter((niceness) => niceness === 10).length
  const before = await nice()
  await verifyPassword('a password', unopenableHash, threads.derive)
  await until('the thread to end', async () => (await nice()) === before)
  expect(await verifyPassword('a password', unopenableHash, threads.derive)).toBe(false)
  await threads.stop()
})

test('what cannot be hashed fails by itself, and the next is hashed', async () => {
  const threads = createHashThreads()
  const wrong = { memory: 1, passes: 1, parallelism: 1, message: '', nonce: 'too short' }
  await expect(threads.derive({ ...wrong, tagLength: 32 })).rejects.toThrow()
  expect(await verifyPassword('a password', unopenableHash, threads.derive)).toBe(false)
  await threads.stop()
})
