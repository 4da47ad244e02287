import { createHash, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivateFolder } from '../../account/private-file.ts'
import { assertRegular } from '../place/regular-file.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Image } from './change.ts'

/** What is larger is not replaced at all: what cannot be undone is not done. */
export const largestImage = 64 * 1024 * 1024
const chunk = 256 * 1024

/** A pipe that was swapped in must not make the client wait for a writer. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

export const imageOf = (bytes: Uint8Array): Image => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  size: bytes.length,
})

/** Reads a regular file in pieces; answers its hash and size. `onPiece` is given each. */
export async function readImage(
  at: string,
  path: string,
  onPiece: (piece: Uint8Array) => Promise<unknown> = async () => undefined,
): Promise<Image> {
  const file = await open(at, flags)
  try {
    const stats = await file.stat()
    assertRegular(stats, path)
    if (stats.size > largestImage) throw tooLarge(path, stats.size)
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(chunk)
    let size = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunk, size)
      if (bytesRead === 0) return { sha256: hash.digest('hex'), size }
      const piece = buffer.subarray(0, bytesRead)
      hash.update(piece)
      size += bytesRead
      if (size > largestImage) throw tooLarge(path, size)
      await onPiece(piece)
    }
  } finally {
    await file.close()
  }
}

const tooLarge = (path: string, size: number) =>
  new ToolFailure(
    'file_too_large',
    `${path} has ${size} bytes, more than is kept for undo (${largestImage}); nothing was changed. Move or delete it first.`,
  )

/** Files by the hash of their content, readable by their owner only. */
export type ImageStore = {
  /** Keeps what is at a path now; on disk when this resolves. */
  keep(at: string, path: string): Promise<Image>
  /** The bytes, or undefined when they are no longer kept or no longer what they were. */
  read(image: Image): Promise<Buffer | undefined>
  /** Forgets what is not in `used` and not brand-new. */
  sweep(used: ReadonlySet<string>, olderThan: number): Promise<void>
}

/** `folder`: one of the store's own, made when it is first needed. */
export function createImageStore(folder: string): ImageStore {
  const pathOf = ({ sha256 }: Pick<Image, 'sha256'>) => join(folder, sha256)
  return {
    keep: async (at, path) => {
      await makePrivateFolder(folder)
      const fresh = join(folder, `.${randomBytes(8).toString('hex')}`)
      try {
        const copy = await open(fresh, 'wx', 0o600)
        try {
          const image = await readImage(at, path, (piece) => copy.appendFile(piece))
          await copy.sync()
          await rename(fresh, pathOf(image))
          return image
        } finally {
          await copy.close()
        }
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
    },

    read: async (image) => {
      const bytes = await readFile(pathOf(image)).catch(() => undefined)
      return bytes && imageOf(bytes).sha256 === image.sha256 ? bytes : undefined
    },

    sweep: async (used, olderThan) => {
      for (const name of await readdir(folder).catch(() => [])) {
        if (used.has(name)) continue
        const stats = await stat(join(folder, name)).catch(() => undefined)
        if (stats && stats.mtimeMs < olderThan) await rm(join(folder, name), { force: true })
      }
    },
  }
}
