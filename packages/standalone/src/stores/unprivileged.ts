import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { StartError } from '@codelab/runtime/process'

const run = promisify(execFile)

/** How to start a program that refuses to run as root. `wrap` gives command and arguments; `own` the owner of its files. */
export type Unprivileged = {
  wrap(command: string, args: readonly string[]): { command: string; args: string[] }
  readonly uid?: number
  readonly gid?: number
}

const asIs: Unprivileged = { wrap: (command, args) => ({ command, args: [...args] }) }

async function nobody(): Promise<{ uid: number; gid: number } | undefined> {
  const line = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/** The same root, seen as `nobody` from inside a user namespace: it still reads what root may read. */
const inNamespace = ({ uid, gid }: { uid: number; gid: number }): Unprivileged => ({
  wrap: (command, args) => ({
    command: 'unshare',
    args: [`--map-user=${uid}`, `--map-group=${gid}`, '--', command, ...args],
  }),
})

/** Can `nobody` itself reach the program and the folder, through every folder above? */
async function reaches(
  ids: { uid: number; gid: number },
  program: string,
  folder: string,
): Promise<boolean> {
  try {
    await run('test', ['-x', program, '-a', '-x', folder], ids)
    return true
  } catch {
    return false
  }
}

/**
 * PostgreSQL refuses to run as root. An ordinary user runs it directly; root runs it inside a user namespace, or, where the
 * kernel forbids that, as `nobody` if that user can reach program and folder. Data made one way stays with it.
 */
export async function unprivileged(
  program: string,
  folder: string,
  existingData: string,
): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return asIs
  const ids = await nobody()
  if (!ids)
    throw new StartError(
      'running as root, and there is no user `nobody` for PostgreSQL: start as an ordinary user',
    )
  const owner = await stat(existingData).then(
    ({ uid }) => uid,
    () => undefined,
  )
  const namespace = inNamespace(ids)
  const probe = namespace.wrap('true', [])
  if (
    owner !== ids.uid &&
    (await run(probe.command, probe.args).then(
      () => true,
      () => false,
    ))
  )
    return namespace
  if (owner !== 0 && (await reaches(ids, program, folder))) return { ...asIs, ...ids }
  throw new StartError(
    `PostgreSQL does not run as root, and the user nobody cannot reach ${program} and ${folder}: start as an ordinary user, or give --data a folder that all may enter`,
  )
}

/** True when the file is there and may be run. */
export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
