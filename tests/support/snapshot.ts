import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Every path below a folder with its content, to see that nothing changed. */
export async function snapshotOf(folder: string): Promise<Record<string, string>> {
  const seen: Record<string, string> = {}
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile()) seen[path] = await readFile(path, 'utf8')
    else if (entry.isSymbolicLink()) seen[path] = `-> ${await readlink(path)}`
    else seen[path] = entry.isDirectory() ? 'folder' : 'special'
  }
  return seen
}
