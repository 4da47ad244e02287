import { open, readFile, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Failure } from '@codelab/runtime/failure'
import { makePrivateFolder } from './private-file.ts'

const staleAfterMs = 40_000
const pollMs = 40

const own = () => JSON.stringify({ pid: process.pid, host: hostname() })

const errorCode = (error: unknown) => (error as NodeJS.ErrnoException).code

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(own())
    } catch (error) {
      // On a full disk: a lock without its holder's name would hold everybody up.
      await rm(path, { force: true })
      throw error
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/** A lock is stale when its process of this machine is gone, or when it is older than any honest holder. */
async function isStale(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > staleAfterMs) return true
    const holder = JSON.parse(await readFile(path, 'utf8')) as { pid?: unknown; host?: unknown }
    return holder.host === hostname() && typeof holder.pid === 'number' && !isRunning(holder.pid)
  } catch {
    return false
  }
}

/** Only one process at a time may clear a stale lock, and it looks again first: else two could remove each other's fresh one. */
async function clearStale(path: string): Promise<void> {
  const guard = `${path}.clear`
  if (!(await take(guard))) {
    if (await isStale(guard)) await rm(guard, { force: true })
    return
  }
  try {
    if (await isStale(path)) await rm(path, { force: true })
  } finally {
    await rm(guard, { force: true })
  }
}

/** Runs `work` while no other process of this machine runs work under the same lock file; waits at most `patienceMs`. */
export async function withLock<Value>(
  path: string,
  work: () => Promise<Value>,
  patienceMs = 45_000,
): Promise<Value> {
  await makePrivateFolder(dirname(path))
  const end = performance.now() + patienceMs
  while (!(await take(path))) {
    if (performance.now() > end) {
      throw new Failure('unavailable', {
        message: `Another program of yours holds ${path}; end it, or delete the file if there is none.`,
      })
    }
    if (await isStale(path)) await clearStale(path)
    else await wait(pollMs)
  }
  try {
    return await work()
  } finally {
    await rm(path, { force: true })
  }
}
