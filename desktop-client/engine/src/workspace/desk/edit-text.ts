import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { EngineFailure } from '../../engine-failure.ts'
import type { Place } from '../place/locate.ts'
import { isInsideGit } from '../place/path-parts.ts'
import { type ReadFile, readRegular } from '../place/regular-file.ts'
import { locateForChange, makeFolders } from '../place/write-place.ts'
import { replaceFile } from '../place/replace-file.ts'
import { statsOf } from '../place/locate.ts'
import { textOf } from '../text.ts'
import { assertFolderExists, bytesFor } from '../tools/store-text.ts'
import type { Bench } from '../tools/tool.ts'

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64url')

/** Stands for a file as it was read. */
export const versionOf = ({ bytes, stats }: ReadFile): string =>
  `${Math.trunc(stats.mtimeMs)}-${digestOf(bytes)}`

/** A file that was touched and says the same is the same. */
const digestIn = (version: string) => version.slice(version.indexOf('-') + 1)

export type OpenedText = {
  readonly path: string
  readonly text: string
  readonly version: string
  readonly read_only: boolean
}

async function isReadOnly({ at, parts, stats }: Place): Promise<boolean> {
  if (isInsideGit(parts) || (stats?.nlink ?? 1) > 1) return true
  return await access(at, constants.W_OK).then(
    () => false,
    () => true,
  )
}

/** A text file for the person's editor. */
export const openText = (bench: Bench, path: string): Promise<OpenedText> =>
  bench.locate(path, { followLast: true }, async (place) => {
    const read = await readRegular(place, path)
    return {
      path: place.parts.join('/'),
      text: textOf(read.bytes, path),
      version: versionOf(read),
      read_only: await isReadOnly(place),
    }
  })

const changed = (path: string) =>
  new EngineFailure('conflict', 'file_changed', {
    message: `${path} was changed by somebody else since it was read. Nothing was saved.`,
  })
const exists = (path: string) =>
  new EngineFailure('conflict', 'file_exists', {
    message: `${path} exists already. Nothing was saved.`,
  })

/** Fails unless what is there now is what the person edited; `null`: unless nothing is there. */
export async function assertSame(
  place: Place,
  path: string,
  version: string | null,
): Promise<void> {
  const stats = await statsOf(place.at)
  if (version === null) {
    if (stats) throw exists(path)
    return
  }
  if (!stats) throw changed(path)
  const { bytes } = await readRegular({ ...place, stats }, path)
  if (digestOf(bytes) !== digestIn(version)) throw changed(path)
}

export type SaveText = {
  readonly path: string
  readonly text: string
  readonly version: string | null
  readonly create_folders?: boolean | undefined
}

/** Saves what the person edited, whole, over exactly the version that they edited. The tools' watcher sees it: it is the person's change. */
export const saveText = (
  bench: Bench,
  { path, text, version, create_folders = false }: SaveText,
): Promise<{ path: string; version: string }> =>
  locateForChange(bench.locate, path, async (place) => {
    const bytes = bytesFor(text, path)
    if (!create_folders) assertFolderExists(place, path, 'Make it first.')
    const names = [place.name, ...place.missing]
    const name = names.at(-1) as string
    return await makeFolders(place.folder, names.slice(0, -1), async (folder) => {
      const inFolder: Place = { ...place, folder, name, at: `${folder.at}/${name}`, missing: [] }
      await assertSame(inFolder, path, version)
      const check = () => assertSame(inFolder, path, version)
      await replaceFile({ folder, name, path, bytes, check })
      const stats = await statsOf(inFolder.at)
      const real = [...place.parts, ...place.missing].join('/')
      return { path: real, version: `${Math.trunc(stats?.mtimeMs ?? 0)}-${digestOf(bytes)}` }
    })
  })
