/** Programs that run what their arguments say: launchers, shells, interpreters of code in an argument. */
const launchers = new Set(
  (
    'sudo doas su runuser pkexec env nice ionice renice chrt taskset numactl timeout time nohup setsid stdbuf unbuffer xargs parallel ' +
    'find fd watch script strace ltrace gdb valgrind busybox toybox command exec builtin eval source chroot unshare nsenter ' +
    'setpriv setarch linux32 linux64 capsh flock systemd-run dbus-run-session firejail bwrap proot fakeroot start-stop-daemon ' +
    'sh bash dash zsh ksh mksh fish csh tcsh ash rbash cmd powershell pwsh wsl start forfiles wmic winpty cygstart caffeinate open osascript ' +
    'ssh rsh entr expect tclsh awk gawk mawk nawk python python2 python3 pypy pypy3 perl ruby node deno bun php lua luajit make gmake ' +
    'npx bunx pnpx uvx pipx corepack direnv dotenv cross-env ld.so ld-linux.so.2 ld-linux-x86-64.so.2'
  ).split(' '),
)

/** Programs that run others with some of their arguments only. */
const launchersWith: Record<string, readonly string[]> = {
  git: ['-c', '--exec', '-x', 'foreach', 'run', 'filter-branch', '--upload-pack', '--receive-pack'],
  npm: ['exec', 'x'],
  pnpm: ['exec', 'dlx', 'x'],
  yarn: ['exec', 'dlx'],
  docker: ['exec', 'run'],
  podman: ['exec', 'run'],
  kubectl: ['exec', 'run'],
  uv: ['run', 'tool'],
  poetry: ['run'],
  pipenv: ['run'],
  bundle: ['exec'],
  tar: ['--to-command', '--checkpoint-action', '-i', '--use-compress-program'],
  rsync: ['-e', '--rsh'],
  vim: ['-c', '--cmd'],
  vi: ['-c'],
  go: ['run', 'tool'],
}

/** The name of a program: without folders, `.exe` and the like, and the version of an interpreter. */
export function nameOf(word: string): string {
  const base = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1)
  return base
    .toLowerCase()
    .replace(/[. ]+$/, '')
    .replace(/\.(?:exe|com|cmd|bat|ps1)$/, '')
}

/** Patterns of a rule's `command`: `rm.exe` and `rm` are one program. */
export const programPatterns = (command: string): string[] => {
  const pattern = command.replaceAll('\\', '/')
  return [pattern, pattern.replace(/\.(?:exe|com|cmd|bat|ps1)$/i, '')]
}

/** Does this program run what its arguments say? */
export function launches(argv: readonly string[]): boolean {
  const name = nameOf(argv[0] ?? '')
  if (launchers.has(name) || launchers.has(name.replace(/[\d.]+$/, ''))) return true
  const when = Object.hasOwn(launchersWith, name) ? launchersWith[name]! : []
  return argv.slice(1).some((word) => when.includes(word.split('=', 1)[0]!.toLowerCase()))
}

const unquotings = [
  (text: string) => text.replace(/\\\r?\n/g, '').replace(/["'\\^`]/g, ''),
  (text: string) => text.replace(/["'^]/g, '').replaceAll('\\', '/'),
]

/** Words of an argument read as a script of any shell: quotes dropped, cut where a shell would begin a new word. */
function wordsOf(argument: string): string[] {
  return unquotings.flatMap((unquote) =>
    unquote(argument)
      .split(/[\s;&|()<>{}$!,=`[\]]+/)
      .filter((word) => word !== '')
      .flatMap((word) => (/^-[A-Za-z]./.test(word) ? [word, word.slice(2)] : [word])),
  )
}

/**
 * Every program that a command may run, for rules that forbid or ask: argv[0] and, behind a launcher, a shell or an
 * interpreter, any word of any argument. It names too many rather than too few: `sudo cat rm` counts as `rm`.
 */
export function programsIn(argv: readonly string[]): string[] {
  const words = launches(argv) ? [argv[0] ?? '', ...argv.flatMap(wordsOf)] : [argv[0] ?? '']
  const programs = new Set<string>()
  for (const word of words) {
    programs.add(word.replaceAll('\\', '/').toLowerCase())
    programs.add(nameOf(word))
  }
  programs.delete('')
  return [...programs]
}
