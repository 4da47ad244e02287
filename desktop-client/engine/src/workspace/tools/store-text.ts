import { maxFileBytes } from '@codelab/contracts/tools'
import { type Place } from '../place/locate.ts'
import { replaceFile } from '../place/replace-file.ts'
import { makeFolders } from '../place/write-place.ts'
import { ToolFailure } from '../tool-failure.ts'
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

/** Replaces the text at a place, making its folders, and notes that a tool did so. */
export async function storeText(
  { own }: Bench,
  place: Place,
  text: { readonly path: string; readonly bytes: Buffer },
  check: (at: string) => Promise<void>,
): Promise<Stored> {
  const names = [place.name, ...place.missing]
  return await makeFolders(place.folder, names.slice(0, -1), async (folder) => {
    const name = names.at(-1) as string
    const { created } = await replaceFile({ folder, name, ...text, check })
    const path = [...place.parts, ...place.missing].join('/')
    await own.made(path, `${folder.at}/${name}`)
    return { path, created, bytes: text.bytes.length }
  })
}
