import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { StartError } from '@codelab/runtime/process'

const Secrets = z.object({
  database_password: z.string().min(1),
  redis_password: z.string().min(1),
  internal_token: z.string().min(16),
  forwarded_token: z.string().min(16),
  key_encryption_key: z.string().min(1),
  cookie_key: z.string().min(32),
  username: z.string().min(1),
  password: z.string().min(1),
})
export type Secrets = z.infer<typeof Secrets>

export type DataFolder = {
  readonly path: string
  readonly secrets: Secrets
  /** What `npm run auth` reads to find the running platform's data; mode 0600. */
  writeState(state: Record<string, unknown>): Promise<void>
  release(): Promise<void>
}

const random = (bytes: number) => randomBytes(bytes).toString('base64url')

const newSecrets = (): Secrets => ({
  database_password: random(24),
  redis_password: random(24),
  internal_token: random(32),
  forwarded_token: random(32),
  key_encryption_key: randomBytes(32).toString('hex'),
  cookie_key: random(32),
  username: 'dev',
  password: random(12),
})

const writePrivately = async (file: string, text: string) => {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

async function readSecrets(file: string): Promise<Secrets> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const secrets = newSecrets()
    await writePrivately(file, `${JSON.stringify(secrets, null, 2)}\n`)
    return secrets
  }
  const parsed = Secrets.safeParse(parseJson(text))
  if (!parsed.success)
    throw new StartError(
      `${file} is damaged, and the keys in it cannot be made again: bring it back from a copy, or start with an empty --data folder`,
    )
  return parsed.data
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Is the process that holds the folder still this program? Its id may have gone to another one. */
async function holds(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'standalone')
  return command.includes('standalone')
}

async function lock(file: string): Promise<void> {
  for (;;) {
    try {
      const handle = await open(file, 'wx', 0o600)
      await handle.writeFile(String(process.pid))
      return await handle.close()
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const pid = parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
    if (pid !== process.pid && Number.isInteger(pid) && (await holds(pid)))
      throw new StartError(
        `another CodeLab (process ${pid}) runs on this data folder: end it, or give --data another folder`,
      )
    await rm(file, { force: true })
  }
}

/** Opens or makes the data folder, for this process alone. Everything in it is readable by its owner only. */
export async function openDataFolder(folder: string): Promise<DataFolder> {
  const path = resolve(folder)
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
    await lock(join(path, 'lock'))
    const secrets = await readSecrets(join(path, 'secrets.json'))
    await writePrivately(join(path, 'password'), `${secrets.password}\n`)
    return {
      path,
      secrets,
      writeState: (state) =>
        writePrivately(join(path, 'state.json'), `${JSON.stringify(state, null, 2)}\n`),
      release: () => rm(join(path, 'lock'), { force: true }),
    }
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(
      `the data folder ${path} cannot be used (${(error as NodeJS.ErrnoException).code ?? String(error)}): give --data a folder that you may write`,
    )
  }
}
