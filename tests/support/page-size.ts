import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What a browser fetches of a built page before anything is loaded later, in bytes after gzip: the document and all that it names, each by its name. */
export async function firstLoad(folder: string): Promise<ReadonlyMap<string, number>> {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+)"/g)].map(([, name]) => name!)
  const sizes = new Map<string, number>()
  for (const name of ['index.html', ...named]) {
    sizes.set(name, gzipSync(await readFile(join(folder, name)), { level: 9 }).byteLength)
  }
  return sizes
}

export const sum = (sizes: ReadonlyMap<string, number>): number =>
  [...sizes.values()].reduce((total, size) => total + size, 0)
