import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where what takes long to make is kept between runs. */
export const cacheRoot = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'codelab')

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Holds an exclusive lock while `work` runs. The kernel gives it free when its holder dies, however that happens. */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true })
  const holder = spawn('flock', [file, 'sh', '-c', 'echo locked; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const locked = once(holder.stdout, 'data')
  const ended = once(holder, 'exit')
  await Promise.race([
    locked,
    ended.then(() => Promise.reject(new Error(`${file} could not be locked: flock ended`))),
  ])
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}

/**
 * The folder, made by `make` when it is not there yet. It gets its name only when it is whole, and of two processes that want
 * it at once one makes it and the other waits.
 */
export async function cachedFolder(
  folder: string,
  make: (unfinished: string) => Promise<void>,
): Promise<string> {
  if (await exists(folder)) return folder
  return withLock(`${folder}.lock`, async () => {
    if (await exists(folder)) return folder
    const unfinished = `${folder}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true })
    await make(unfinished)
    await rename(unfinished, folder)
    return folder
  })
}
