import { chmod, copyFile, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { noticesFor } from '@codelab/image/notices'
import { keyringFile, ripgrepFile } from './beside-the-engine.ts'
import { root } from './places.ts'

const require = createRequire(join(root, 'desktop-client/engine/package.json'))

/** Packages with a program for each system name theirs after it; of Linux, the usual C library's. */
const system = `${process.platform}-${process.arch}`
const keyringPackage = `@napi-rs/keyring-${system}${{ linux: '-gnu', win32: '-msvc' }[process.platform as string] ?? ''}`

/** The built page, the programs that lie beside the engine, and the licences of what is in it. */
export async function gatherResources(into: string, page: string, inputs: readonly string[]) {
  if (!(await stat(join(page, 'index.html')).catch(() => undefined)))
    throw new Error(`${page} holds no built page: npm run build -w desktop-client/ui makes it`)
  await rm(into, { recursive: true, force: true })
  await mkdir(into, { recursive: true })
  await cp(page, join(into, 'page'), { recursive: true })
  const ripgrep = require.resolve(`@vscode/ripgrep-${system}/bin/${ripgrepFile}`)
  await copyFile(ripgrep, join(into, ripgrepFile))
  await chmod(join(into, ripgrepFile), 0o755)
  await copyFile(require.resolve(keyringPackage), join(into, keyringFile))
  await writeFile(join(into, 'THIRD-PARTY.txt'), await noticesFor(inputs, root))
}
