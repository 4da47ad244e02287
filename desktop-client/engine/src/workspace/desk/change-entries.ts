import { open } from 'node:fs/promises'
import type { EntryChange } from '@codelab/contracts/engine-ui/entries'
import { EngineFailure } from '../../engine-failure.ts'
import { locateForChange, makeFolders } from '../place/write-place.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import { moveFile } from '../tools/move-file.ts'
import { foldersMade } from '../tools/store-text.ts'
import type { Bench } from '../tools/tool.ts'
import { trashPlace } from '../trash/trash-place.ts'
import type { Step } from '../undo/change.ts'
import { imageOf } from '../undo/image-store.ts'
import type { Keep, Noted } from '../undo/keep.ts'
import { createOwnChanges } from '../watching/own-changes.ts'

/** Whose changes these are in the log of all that can be taken back: no session's. */
export const ofThePerson = 'the-person'

/** The tools' watcher is not told that these are a tool's: the sessions of the project hear of them. */
const byThePerson = (bench: Bench): Bench => ({ ...bench, own: createOwnChanges() })

const exists = (path: string) =>
  new EngineFailure('conflict', 'file_exists', {
    message: `${path} exists already. Nothing was changed.`,
  })

/** Makes an empty file or a folder, with the folders above it that are missing. */
export const createByPerson = (
  { locate }: Bench,
  { path, kind }: { readonly path: string; readonly kind: 'file' | 'folder' },
  keep: Keep,
): Promise<EntryChange> =>
  locateForChange(locate, path, async (place) => {
    if (place.stats) throw exists(path)
    const names = [place.name, ...place.missing]
    const real = [...place.parts, ...place.missing].join('/')
    const folders = kind === 'folder' ? names : names.slice(0, -1)
    const empty: Step = {
      kind: 'text',
      path: real,
      before: null,
      after: imageOf(Buffer.alloc(0)),
    }
    const steps = [...foldersMade(place, folders.length), ...(kind === 'file' ? [empty] : [])]
    const noted = await keep.note(`create_${kind}`, steps)
    await makeFolders(place.folder, folders, async (folder) => {
      // `wx`: what appears there meanwhile stays.
      if (kind === 'file') await (await open(`${folder.at}/${names.at(-1)}`, 'wx')).close()
    }).catch(async (error: unknown) => {
      await noted.drop()
      throw systemCode(error) === 'EEXIST' ? exists(path) : error
    })
    return { path: real, change: noted.id }
  })

/** Moves or renames an entry; never over something that is there. */
export async function moveByPerson(
  bench: Bench,
  move: { readonly path: string; readonly to: string },
  keep: Keep,
): Promise<EntryChange> {
  let made: Noted | undefined
  const noting: Keep = {
    ...keep,
    note: async (tool, steps) => (made = await keep.note(tool, steps)),
  }
  await moveFile(byThePerson(bench), move, new AbortController().signal, noting)
  return { path: move.to, change: made?.id ?? '' }
}

/** Moves an entry to the trash, a folder with all that is in it. */
export const trashByPerson = (
  bench: Bench,
  { path }: { readonly path: string },
  keep: Keep,
): Promise<EntryChange> =>
  locateForChange(bench.locate, path, async (place) => {
    const { stats, parts } = place
    if (!stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
    const entry = stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'file'
    const deleted = parts.join('/')
    const noted = await trashPlace(bench, place, (trashed) =>
      keep.note('trash', [{ kind: 'trashed', path: deleted, entry, trashed }]),
    ).catch((error: unknown) => {
      throw trashFailure(error)
    })
    return { path: deleted, change: noted.id }
  })

/** What the trash itself says; what the system says stays what it is. */
const trashFailure = (error: unknown): unknown =>
  error instanceof ToolFailure && error.code === 'failed' && error.cause === undefined
    ? new EngineFailure('unprocessable', 'trash_unavailable', {
        message: error.message,
        cause: error,
      })
    : error
