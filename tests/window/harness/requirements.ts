import { installPackages } from '../../programs.ts'
import { exec } from '../../cluster/harness/exec.ts'

/** What the window is compiled against, shown on and driven by; Debian's names. */
const packages = [
  'build-essential',
  'pkg-config',
  'libwebkit2gtk-4.1-dev',
  'librsvg2-dev',
  'webkit2gtk-driver',
  'xvfb',
  'xdotool',
  'openbox',
  'dbus-daemon',
  'dbus-bin',
  'dunst',
]

/** `rust-version` of the shell's Cargo.toml. */
const oldestRust = 90

const isInstalled = (name: string) =>
  exec('dpkg-query', ['--show', '--showformat=${db:Status-Abbrev}', name]).then(
    (status) => status.startsWith('ii'),
    () => false,
  )

async function missingRust(): Promise<string | undefined> {
  const version = await exec('cargo', ['--version']).then(
    (said) => said.trim(),
    () => 'none',
  )
  const minor = Number(/^cargo 1\.(\d+)\./.exec(version)?.[1] ?? 0)
  return minor >= oldestRust
    ? undefined
    : `the window is compiled by Rust 1.${oldestRust} or newer, and here is ${version}: install it with rustup (https://rustup.rs)`
}

/** Installs what is missing; answers why there can be no window here, or undefined when there can. */
export async function missingForWindow(): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return `the window is driven by WebKit's driver on Linux, and this is ${process.platform}`
  const rust = await missingRust()
  if (rust) return rust
  const wanted: string[] = []
  for (const name of packages) if (!(await isInstalled(name))) wanted.push(name)
  return installPackages(wanted)
}
