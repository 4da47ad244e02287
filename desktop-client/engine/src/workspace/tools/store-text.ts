import { maxFileBytes } from '@codelab/contracts/tools'
import { type Place, statsOf } from '../place/locate.ts'
import { replaceFile } from '../place/replace-file.ts'
import { makeFolders } from '../place/write-place.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Step } from '../undo/change.ts'
import { imageOf } from '../undo/image-store.ts'
import type { Keep } from '../undo/keep.ts'
import type { Bench } from './tool.ts'

/** The bytes that a text is stored as: UTF-8, at most 1 MiB. */
export function bytesFor(text: string, path: string): Buffer {
  if (!text.isWellFormed()) {
    throw new ToolFailure('invalid_arguments', `The new text of ${path} holds broken Unicode.`)
  }
  const bytes = Buffer.from(text)
  if (bytes.length > maxFileBytes) {
    throw new ToolFailure(
      'file_too_large',
      `${path} would have ${bytes.length} bytes; at most ${maxFileBytes} can be written.`,
    )
  }
  return bytes
}

/** Fails when the folder of a new entry does not exist. */
export function assertFolderExists({ parts, missing }: Place, path: string, hint: string): void {
  if (missing.length === 0) return
  throw new ToolFailure(
    'file_not_found',
    `The folder ${[...parts, ...missing.slice(0, -1)].join('/')} of ${path} does not exist. ${hint}`,
  )
}

export type Stored = { readonly path: string; readonly created: boolean; readonly bytes: number }

/** The steps of making the first so many of a place's folders that do not exist yet. */
export const foldersMade = ({ parts, missing }: Place, most: number): Step[] => {
  const all = [...parts, ...missing]
  return Array.from({ length: most }, (_, index) => ({
    kind: 'folder_made',
    path: all.slice(0, parts.length + index).join('/'),
  }))
}

export type NewText = {
  readonly tool: string
  /** As asked for, for messages. */
  readonly path: string
  readonly bytes: Buffer
  readonly keep: Keep
  /** Runs when all is ready and nothing changed yet; throws to leave everything as it was. */
  readonly check: (at: string) => Promise<void>
}

/** Replaces the text at a place, making its folders, keeps what was there, and notes that a tool did so. */
export async function storeText({ own }: Bench, place: Place, text: NewText): Promise<Stored> {
  const { tool, keep, bytes, check } = text
  const names = [place.name, ...place.missing]
  const path = [...place.parts, ...place.missing].join('/')
  let noted: Awaited<ReturnType<Keep['note']>> | undefined
  const remember = async (at: string) => {
    await check(at)
    const before = (await statsOf(at)) ? await keep.image(at, text.path) : null
    const replaced = { kind: 'text' as const, path, before, after: imageOf(bytes) }
    noted = await keep.note(tool, [...foldersMade(place, names.length - 1), replaced])
  }
  return await makeFolders(place.folder, names.slice(0, -1), async (folder) => {
    const name = names.at(-1) as string
    const { created } = await replaceFile({
      folder,
      name,
      path: text.path,
      bytes,
      check: remember,
    }).catch(async (error: unknown) => {
      await noted?.drop()
      throw error
    })
    await own.made(path, `${folder.at}/${name}`)
    return { path, created, bytes: text.bytes.length }
  })
}
