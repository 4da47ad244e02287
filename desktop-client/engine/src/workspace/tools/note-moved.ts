import type { Stats } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Bench } from './tool.ts'

const mostFiles = 5_000

/** Notes every file that a move took along, so that the watcher does not report it. A very large folder is noted in part. */
export async function noteMoved(
  { own }: Bench,
  move: { readonly from: string; readonly to: string; readonly at: string },
  stats: Stats,
): Promise<void> {
  if (!stats.isDirectory()) {
    own.removed(move.from)
    await own.made(move.to, move.at)
    return
  }
  const entries = await readdir(move.at, { recursive: true, withFileTypes: true })
  for (const entry of entries.slice(0, mostFiles)) {
    if (entry.isDirectory()) continue
    const at = join(entry.parentPath, entry.name)
    const below = at.slice(move.at.length + 1).replaceAll(sep, '/')
    own.removed(`${move.from}/${below}`)
    await own.made(`${move.to}/${below}`, at)
  }
}
