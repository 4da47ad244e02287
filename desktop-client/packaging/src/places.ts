import { resolve } from 'node:path'

/** The checkout. */
export const root = resolve(import.meta.dirname, '../../..')

/** Where the parts lie before the bundler takes them; `shell/tauri.bundle.conf.json` names the same folder. */
export const staging = resolve(root, '.cache/desktop')

export const shellFolder = resolve(root, 'desktop-client/shell')

/** Rust's own names of this machine's system: bundlers know programs by them. */
export function targetTriple(): string {
  const processor = { x64: 'x86_64', arm64: 'aarch64' }[process.arch as string]
  const system = {
    linux: 'unknown-linux-gnu',
    darwin: 'apple-darwin',
    win32: 'pc-windows-msvc',
  }[process.platform as string]
  if (!processor || !system)
    throw new Error(`no window is built on ${process.platform} with a processor ${process.arch}`)
  return `${processor}-${system}`
}
