import { constants, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { maxFileBytes } from '@codelab/contracts/tools'
import { ToolFailure } from '../tool-failure.ts'
import type { Place } from './locate.ts'

/** A pipe that was swapped in must not make the client wait for a writer. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

const kindOf = (stats: Stats): string => {
  if (stats.isDirectory()) return 'a folder'
  if (stats.isSymbolicLink()) return 'a link'
  if (stats.isFIFO()) return 'a pipe'
  if (stats.isSocket()) return 'a socket'
  return 'a device'
}

/** Fails unless the entry is a file with content: no folder, device, pipe or socket. */
export function assertRegular(stats: Stats, path: string): void {
  if (stats.isFile()) return
  throw new ToolFailure('not_a_file', `${path} is ${kindOf(stats)}, not a file.`)
}

const tooLarge = (path: string, size: number) =>
  new ToolFailure(
    'file_too_large',
    `${path} has ${size} bytes; at most ${maxFileBytes} can be read. Use search to find the lines that matter.`,
  )

export type ReadFile = { readonly bytes: Buffer; readonly stats: Stats }

/** The bytes of the file at a place; at most 1 MiB, whatever it grows to meanwhile. */
export async function readRegular(place: Place, path: string): Promise<ReadFile> {
  if (!place.stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
  assertRegular(place.stats, path)
  const handle = await open(place.at, flags)
  try {
    const stats = await handle.stat()
    assertRegular(stats, path)
    await place.folder.confirm()
    if (stats.size > maxFileBytes) throw tooLarge(path, stats.size)
    const buffer = Buffer.allocUnsafe(maxFileBytes + 1)
    let length = 0
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    if (length > maxFileBytes) throw tooLarge(path, length)
    return { bytes: Buffer.from(buffer.subarray(0, length)), stats }
  } finally {
    await handle.close()
  }
}
