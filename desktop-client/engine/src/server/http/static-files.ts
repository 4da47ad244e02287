import { lstat, readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

export type StaticFile = { readonly type: string; readonly bytes: Buffer }

/** The page's files by the exact path under which they are asked for; what is not in it does not exist. */
export type StaticFiles = ReadonlyMap<string, StaticFile>

/**
 * Reads a built page once, at the start: no request ever names a file of the disk. Links, hidden files and what has no type of a page
 * are left out. A folder that is not there gives an empty table.
 */
export async function readStaticFiles(folder: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>()
  const take = async (at: string, path: string): Promise<void> => {
    const stats = await lstat(at)
    if (stats.isDirectory()) {
      for (const name of await readdir(at))
        if (!name.startsWith('.')) await take(join(at, name), `${path}/${name}`)
      return
    }
    const type = types[extname(at)]
    if (stats.isFile() && type) files.set(path, { type, bytes: await readFile(at) })
  }
  await take(folder, '').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  })
  return files
}
