import { lstat, readdir, realpath } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { alwaysAsks, guardedKind } from '@codelab/contracts/always-ask'

/** Tool chains and caches below a home that builds need; read-only. Nothing here holds passwords or keys. */
const toolFolders =
  `.cargo/bin .cargo/registry .cargo/git .rustup .nvm .volta .fnm .asdf .pyenv .rbenv .sdkman .deno .bun go/bin go/pkg/mod
  .local/bin .local/lib .local/pipx .local/share/pnpm .local/share/fnm .local/share/mise .local/share/uv .npm/_cacache .cache/pip
  .cache/pnpm .cache/yarn .cache/uv .cache/node .cache/puppeteer .cache/ms-playwright .m2/repository .gradle/caches .gradle/wrapper`.split(
    /\s+/,
  )

export type Inside = {
  /** The project folder, a real path: the one place that may be changed. */
  readonly root: string
  readonly cwd: string
  readonly environment: Readonly<Record<string, string>>
  readonly argv: readonly string[]
  readonly network: boolean
}

const isBelow = (folder: string, path: string) =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`)

const realOf = (path: string) => realpath(path).catch(() => undefined)

/** The home, unless it is the project itself or holds the whole system. */
async function homeOf({ root, environment }: Inside): Promise<string | undefined> {
  const home = environment.HOME && isAbsolute(environment.HOME) ? environment.HOME : undefined
  const real = home === undefined ? undefined : await realOf(home)
  if (real === undefined || real === '/' || isBelow(root, real)) return undefined
  return real
}

/** Folders below the home that stay readable: those of tools, and those on the PATH. */
async function toolsIn(home: string, { root, environment }: Inside): Promise<string[]> {
  const onPath = (environment.PATH ?? '').split(':').filter((folder) => isBelow(home, folder))
  const wanted = [...toolFolders.map((folder) => join(home, folder)), ...onPath]
  const found = await Promise.all(wanted.map(realOf))
  return [...new Set(found)].filter(
    (path) =>
      path !== undefined &&
      path !== home &&
      isBelow(home, path) &&
      // A folder around the project would show all its neighbours.
      !isBelow(path, root) &&
      !isBelow(root, path),
  ) as string[]
}

/** Entries of the project that other programs obey; a command that does not name one cannot change it. */
async function guardedIn({ root, argv }: Inside): Promise<string[]> {
  if (alwaysAsks('execute_command', { argv })) return []
  const paths: string[] = []
  for (const name of await readdir(root).catch(() => [])) {
    if (!guardedKind(name)) continue
    if (name.toLowerCase() === '.git')
      paths.push(...['config', 'hooks', 'info', 'config.worktree'].map((each) => `${name}/${each}`))
    else paths.push(name)
  }
  const there: string[] = []
  for (const path of paths) {
    const stats = await lstat(join(root, path)).catch(() => undefined)
    // A link cannot be mounted over; where it leads to is judged by that place.
    if (stats?.isFile() || stats?.isDirectory()) there.push(join(root, path))
  }
  return there
}

/** Sockets and run-time files lie here: a desktop's bus, a container engine, an agent with keys. `/dev` is a new one anyway. */
const hidden = ['/run', '/tmp', '/var/tmp']
/** What programs need of them. */
const kept = ['/run/current-system', '/run/opengl-driver', '/run/booted-system']
const keptForNames = ['/run/systemd/resolve', '/run/NetworkManager/resolv.conf', '/run/resolvconf']

async function thatExist(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => ((await realOf(path)) ? path : '')))
  return found.filter(Boolean)
}

/** bubblewrap's words before a command: everything read-only, the home hidden but for tools, the project writable, no network. */
export async function bubblewrapArguments(inside: Inside): Promise<string[]> {
  const { root, cwd, network } = inside
  const home = await homeOf(inside)
  const readable = [
    ...(await thatExist([...kept, ...(network ? keptForNames : [])])),
    ...(home === undefined ? [] : await toolsIn(home, inside)),
  ]
  const both = (option: string, path: string) => [option, path, path]
  return [
    ...both('--ro-bind', '/'),
    ...(await thatExist(hidden)).flatMap((path) => ['--tmpfs', path]),
    // The outermost first, else a later empty folder would cover what was shown.
    ...(home === undefined ? [] : ['--tmpfs', home]),
    ...readable.flatMap((path) => both('--ro-bind', path)),
    ...both('--bind', root),
    ...['--dev', '/dev', '--proc', '/proc'],
    ...(await guardedIn(inside)).flatMap((path) => both('--ro-bind', path)),
    ...['--unshare-all', ...(network ? ['--share-net'] : [])],
    '--die-with-parent',
    ...['--chdir', cwd],
    ...['--setenv', 'TMPDIR', '/tmp'],
    '--',
  ]
}
