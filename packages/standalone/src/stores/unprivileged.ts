import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { StartError } from '@codelab/runtime/process'

const run = promisify(execFile)

/** How to start a program that refuses to run as root, and who owns its files then. */
export type Unprivileged = {
  wrap(command: string, args: readonly string[]): { command: string; args: string[] }
  readonly owner?: { readonly uid: number; readonly gid: number }
}

async function nobody(): Promise<{ uid: number; gid: number } | undefined> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, , uid, gid] =
    passwd
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
      ?.split(':') ?? []
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined
}

/** As `nobody`, but still able to enter the folders above a checkout that only root may enter. */
const asNobody = ({ uid, gid }: { uid: number; gid: number }): Unprivileged => ({
  owner: { uid, gid },
  wrap: (command, args) => ({
    command: 'setpriv',
    args: [
      `--reuid=${uid}`,
      `--regid=${gid}`,
      '--clear-groups',
      '--inh-caps=+dac_override',
      '--ambient-caps=+dac_override',
      '--',
      command,
      ...args,
    ],
  }),
})

/** PostgreSQL refuses to run as root: an ordinary user runs it directly, root runs it as the user `nobody`. */
export async function unprivileged(): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) return { wrap: (command, args) => ({ command, args: [...args] }) }
  const ids = await nobody()
  const way = ids && asNobody(ids)
  const probe = way?.wrap('true', [])
  if (
    way &&
    probe &&
    (await run(probe.command, probe.args).then(
      () => true,
      () => false,
    ))
  )
    return way
  throw new StartError(
    'PostgreSQL does not run as root, and this system lets no program run as the user nobody (setpriv of util-linux is needed): start as an ordinary user, or give DATABASE_URL of a server of your own',
  )
}
