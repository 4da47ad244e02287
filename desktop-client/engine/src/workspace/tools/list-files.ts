import { type Entry, layersAbove, walkFiles } from '../listing/walk-files.ts'
import { matcherOf } from '../listing/glob.ts'
import type { Run } from './tool.ts'
import { withFolder } from './with-folder.ts'

const defaultLimit = 500
/** More entries than this are not looked at. */
const mostVisited = 200_000

const lineOf = ({ path, kind }: Entry) => (kind === 'folder' ? `${path}/` : path)

/**
 * One path a line, sorted, relative to the project folder; folders end in `/`. Without `.git` and what git ignores, unless
 * `path` itself names an ignored folder. When there are more than `limit`, those nearest to the folder are kept, and a last line says so.
 */
export const listFiles: Run<'list_files'> = async (bench, args, signal) => {
  const { path = '.', glob, limit = defaultLimit } = args
  const matches = glob === undefined ? () => true : matcherOf(glob)
  return await withFolder(bench, path, async (folder, parts) => {
    const layers = await withFolder(bench, '.', (root) => layersAbove(root, parts))
    const prefix = parts.length === 0 ? 0 : parts.join('/').length + 1
    const found: string[] = []
    let visited = 0
    let more = false
    for await (const entry of walkFiles({ folder, parts, layers, signal })) {
      visited += 1
      more = visited > mostVisited
      if (!more && !matches(entry.path.slice(prefix)) && !matches(entry.path)) continue
      more ||= found.length === limit
      if (more) break
      found.push(lineOf(entry))
    }
    const lines = found.toSorted((left, right) => (left < right ? -1 : 1))
    if (more) {
      lines.push(
        `[There are more than these ${found.length}. Narrow with path or glob, or raise limit.]`,
      )
    }
    return lines.length === 0 ? '[Nothing found.]' : lines.join('\n')
  })
}
