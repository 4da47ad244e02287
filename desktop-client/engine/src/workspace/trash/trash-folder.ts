import { lstat, mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** A trash as freedesktop.org's specification has it: `folder/files` and `folder/info`. */
export type TrashFolder = {
  readonly folder: string
  /** Paths in it are relative to this; absolute ones in the home trash. */
  readonly top: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** The home trash; where there is no desktop's, one in the client's own folder. */
export function homeTrash(env: Environment, own: string | undefined): string | undefined {
  const shared = env.XDG_DATA_HOME ?? (env.HOME && join(env.HOME, '.local/share'))
  // The trashes of macOS and Windows can only be reached through their own libraries; ours can be undone there too.
  if (process.platform !== 'linux' && own !== undefined) return join(own, 'trash')
  return shared ? join(shared, 'Trash') : own && join(own, 'trash')
}

async function deviceOf(path: string): Promise<number | undefined> {
  for (let at = path; ; at = dirname(at)) {
    const stats = await stat(at).catch(() => undefined)
    if (stats) return stats.dev
    if (at === dirname(at)) return undefined
  }
}

/** The uppermost folder of the file system that a folder lies on. */
async function topOf(folder: string, device: number): Promise<string> {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const above = await stat(dirname(at)).catch(() => undefined)
    if (above?.dev !== device) return at
  }
  return '/'
}

/** Makes a folder of the trash that only its owner may enter; a link or somebody else's folder is not used. */
async function ownFolder(path: string): Promise<boolean> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch(() => undefined)
  const stats = await lstat(path).catch(() => undefined)
  return stats?.isDirectory() === true && (process.getuid?.() ?? stats.uid) === stats.uid
}

const usable = async (folder: string): Promise<boolean> =>
  (await ownFolder(folder)) &&
  (await ownFolder(join(folder, 'files'))) &&
  (await ownFolder(join(folder, 'info')))

/** `.Trash/uid` where an administrator made it, with the sticky bit; else `.Trash-uid`. */
async function topTrash(top: string): Promise<string | undefined> {
  const uid = process.getuid?.() ?? 0
  const shared = await lstat(join(top, '.Trash')).catch(() => undefined)
  const candidates = [
    ...(shared?.isDirectory() && shared.mode & 0o1000 ? [join(top, '.Trash', String(uid))] : []),
    join(top, `.Trash-${uid}`),
  ]
  for (const folder of candidates) if (await usable(folder)) return folder
  return undefined
}

/** The trash for an entry of a project folder on a device: on the same file system if there is one, else the home trash. */
export async function trashFor(
  root: string,
  device: number,
  home: string | undefined,
): Promise<TrashFolder | undefined> {
  const homeFits = home !== undefined && (await deviceOf(home)) === device
  if (home !== undefined && homeFits)
    return (await usable(home)) ? { folder: home, top: undefined } : undefined
  const top = process.platform === 'linux' ? await topOf(root, device) : undefined
  // A trash inside the project would be the project's own file.
  const local = top !== undefined && top !== root ? await topTrash(top) : undefined
  if (local !== undefined && top !== undefined) return { folder: local, top }
  return home !== undefined && (await usable(home)) ? { folder: home, top: undefined } : undefined
}
