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

/** Relative folders in PATH would let a project replace any program. */
const absoluteOnly = (path: string): string => {
  const separator = process.platform === 'win32' ? ';' : ':'
  const isAbsolute = process.platform === 'win32' ? /^[A-Za-z]:[\\/]/ : /^\//
  return path
    .split(separator)
    .filter((folder) => isAbsolute.test(folder))
    .join(separator)
}

/** The variables for programs that tools start: a fixed list of names. */
export function cleanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const clean: Record<string, string> = { TERM: 'dumb' }
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || !isPassedOn(name)) continue
    clean[name] = name.toUpperCase() === 'PATH' ? absoluteOnly(value) : value
  }
  return clean
}
