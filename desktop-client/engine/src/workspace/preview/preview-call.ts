import { opendir, readlink } from 'node:fs/promises'
import type { ToolArguments, ToolName } from '@codelab/contracts/tools'
import { maxFileBytes } from '@codelab/contracts/tools'
import type { Place } from '../place/locate.ts'
import { isInsideGit } from '../place/path-parts.ts'
import { readRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { textIn, textOf } from '../text.ts'
import { ToolFailure } from '../tool-failure.ts'
import { applyEdits } from '../tools/apply-edits.ts'
import { timeoutOf } from '../tools/execute-command.ts'
import type { Bench } from '../tools/tool.ts'
import { withFolder } from '../tools/with-folder.ts'
import { stampAt } from '../watching/own-changes.ts'
import type { Content, Preview, Thing } from './preview.ts'
import { warningsOfCommand } from './command-warnings.ts'
import { controlIn, hiddenIn, type Warning, warningsOfPath } from './warnings.ts'

const mostEntries = 1_000

const pathOf = ({ parts, missing }: Place) => [...parts, ...missing].join('/')

async function contentAt(place: Place, path: string): Promise<Content> {
  const { stats } = place
  if (!stats) return { kind: 'absent' }
  if (stats.isFile() && stats.size > maxFileBytes) return { kind: 'large', size: stats.size }
  const { bytes } = await readRegular(place, path)
  const text = textIn(bytes)
  return text === undefined ? { kind: 'binary', size: bytes.length } : { kind: 'text', text }
}

async function entriesIn(at: string): Promise<number> {
  let entries = 0
  for await (const _ of await opendir(at)) {
    entries += 1
    if (entries === mostEntries) break
  }
  return entries
}

async function thingAt({ stats, at }: Place): Promise<Thing> {
  if (!stats) return { kind: 'absent' }
  if (stats.isDirectory()) return { kind: 'folder', entries: await entriesIn(at) }
  if (stats.isSymbolicLink()) return { kind: 'link', target: await readlink(at) }
  return stats.isFile() ? { kind: 'file', size: stats.size } : { kind: 'special' }
}

type Previews = {
  readonly [Name in ToolName]?: (bench: Bench, args: ToolArguments<Name>) => Promise<Preview>
}

const distinct = (warnings: readonly Warning[]): Warning[] => {
  const seen = new Set<string>()
  return warnings.filter(({ code }) => !seen.has(code) && seen.add(code))
}

/** What a person should know of a text before it is written. */
export const textWarnings = (path: string, after: string) =>
  distinct([...warningsOfPath(path), ...controlIn(after), ...hiddenIn(after)])

/** One for each tool that asks by default; the others only look. */
export const previews: Previews = {
  write_file: (bench, args) =>
    locateForChange(bench.locate, args.path, async (place) => {
      const stamp = await stampAt(place.at)
      const before = await contentAt(place, args.path)
      bench.seen.saw('write_file', args, stamp)
      const [path, after] = [pathOf(place), args.content]
      return { kind: 'text_change', path, before, after, warnings: textWarnings(path, after) }
    }),

  edit_file: (bench, { path: asked, edits }) =>
    locateForChange(bench.locate, asked, async (place) => {
      const text = textOf((await readRegular(place, asked)).bytes, asked)
      const [path, after] = [pathOf(place), applyEdits(text, edits, asked)]
      const before = { kind: 'text' as const, text }
      return { kind: 'text_change', path, before, after, warnings: textWarnings(path, after) }
    }),

  create_directory: (bench, { path: asked }) =>
    locateForChange(bench.locate, asked, async (place) => {
      const path = pathOf(place)
      return {
        kind: 'new_folder',
        path,
        existing: await thingAt(place),
        warnings: warningsOfPath(path),
      }
    }),

  move_file: (bench, args) =>
    locateForChange(bench.locate, args.path, async (from) =>
      locateForChange(bench.locate, args.to, async (target) => {
        const [path, to] = [pathOf(from), pathOf(target)]
        return {
          kind: 'move',
          path,
          to,
          moved: await thingAt(from),
          existing: await thingAt(target),
          warnings: distinct([...warningsOfPath(path), ...warningsOfPath(to)]),
        }
      }),
    ),

  delete_file: (bench, args) =>
    locateForChange(bench.locate, args.path, async (place) => {
      bench.seen.saw('delete_file', args, await stampAt(place.at))
      const path = pathOf(place)
      return {
        kind: 'deletion',
        path,
        deleted: await thingAt(place),
        warnings: warningsOfPath(path),
      }
    }),

  execute_command: (bench, args) =>
    withFolder(bench, args.cwd ?? '.', async (_, parts) => ({
      kind: 'command',
      argv: args.argv,
      cwd: [bench.root, ...parts].join('/'),
      timeoutSeconds: timeoutOf(args),
      sandbox: await bench.sandbox.state(),
      warnings: [
        ...warningsOfCommand(bench.root, args.argv),
        ...(isInsideGit(parts)
          ? [{ code: 'inside_git' as const, message: "It runs among git's own files." }]
          : []),
      ],
    })),
}

/** Fails with file_not_found where a change needs something that is not there. */
export function assertShown(preview: Preview): Preview {
  const absent =
    (preview.kind === 'move' && preview.moved.kind === 'absent') ||
    (preview.kind === 'deletion' && preview.deleted.kind === 'absent')
  if (absent) throw new ToolFailure('file_not_found', `${preview.path} does not exist.`)
  return preview
}
