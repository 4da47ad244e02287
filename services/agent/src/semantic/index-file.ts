import { createHash } from 'node:crypto'
import { chunkText, type Chunk } from './chunk-text.ts'
import type { PackedVector } from './vector.ts'

/** A piece of a file with the very text that a model makes its vector of: the path says what a piece is about, too. */
export type PlannedChunk = Chunk & { readonly embedded: string; readonly digest: string }
/** A file cut up, before its vectors are known. Equal digests: nothing has changed. */
export type PlannedFile = {
  readonly path: string
  readonly digest: string
  readonly chunks: readonly PlannedChunk[]
}
/** A file as the index keeps it. */
export type IndexedFile = Omit<PlannedFile, 'chunks'> & {
  readonly chunks: readonly (PlannedChunk & { readonly vector: PackedVector })[]
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** Cuts a file into what is to be embedded. */
export function planFile(path: string, content: string): PlannedFile {
  const chunks = chunkText(content).map((chunk) => {
    const embedded = `${path}\n${chunk.text}`
    return { ...chunk, embedded, digest: sha256(embedded) }
  })
  return { path, digest: sha256(content), chunks }
}
