import { isAbsolute, relative, resolve } from 'node:path'

/** What a program may learn from this machine's environment. Everything else, tokens and keys above all, stays here. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TERM',
  'COLORTERM',
  'TMPDIR',
  'TMP',
  'TEMP',
  'XDG_RUNTIME_DIR',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'PATHEXT',
  'COMSPEC',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'USERPROFILE',
  'USERNAME',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
]

const isPassedOn = (name: string): boolean => {
  const upper = name.toUpperCase()
  return passedOn.includes(upper) || upper.startsWith('LC_')
}

/** Relative folders in PATH, and those of the project itself, would let a project replace any program. */
const trustedOnly = (path: string, project: string | undefined): string => {
  const separator = process.platform === 'win32' ? ';' : ':'
  const absolute = process.platform === 'win32' ? /^[A-Za-z]:[\\/]/ : /^\//
  return path
    .split(separator)
    .filter((folder) => absolute.test(folder) && !isInside(folder, project))
    .join(separator)
}

const isInside = (folder: string, project: string | undefined): boolean => {
  if (project === undefined) return false
  const way = relative(project, resolve(folder))
  return way === '' || !(way.startsWith('..') || isAbsolute(way))
}

/**
 * A folder that looks like a bare repository can name programs that git starts (`core.fsmonitor`). git takes such a folder only
 * when it is told so; a repository's own `.git` is not concerned.
 */
export const carefulGit: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'safe.bareRepository',
  GIT_CONFIG_VALUE_0: 'explicit',
}

/** The variables for programs that tools start: a fixed list of names. `project`: the folder whose programs are not trusted by name. */
export function cleanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  project?: string,
): Record<string, string> {
  const clean: Record<string, string> = { TERM: 'dumb' }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !isPassedOn(name)) continue
    clean[name] = name.toUpperCase() === 'PATH' ? trustedOnly(value, project) : value
  }
  return clean
}
