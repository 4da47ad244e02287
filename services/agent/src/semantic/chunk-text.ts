import { wholeCharacters } from '../context/tokens.ts'

export type Chunk = {
  /** 1-based, inclusive. */
  readonly startLine: number
  readonly endLine: number
  readonly text: string
}

export type ChunkSizes = {
  /** No chunk is longer. No tokenizer makes more tokens of a text than it has bytes, so this bounds tokens too. */
  readonly maxBytes: number
  /** So much of a chunk's end, in whole lines, begins the next one: a thought that lies across the border is found all the same. */
  readonly overlapBytes: number
}

/** About 400 tokens of code; the smallest embedding models read 512. */
export const usualSizes: ChunkSizes = { maxBytes: 1_600, overlapBytes: 240 }

type Line = { readonly number: number; readonly text: string; readonly bytes: number }

/** Cuts a text into pieces of whole lines that overlap; a line that is too long alone is cut within. Pieces of blank lines only are left out. */
export function chunkText(text: string, sizes: ChunkSizes = usualSizes): Chunk[] {
  const chunks: Chunk[] = []
  let held: Line[] = []
  let bytes = 0
  let fresh = false
  const close = () => {
    const joined = held.map((line) => line.text).join('')
    if (joined.trim() !== '') {
      chunks.push({ startLine: held[0]!.number, endLine: held.at(-1)!.number, text: joined })
    }
    held = tailOf(held, sizes)
    bytes = sizeOf(held)
    fresh = false
  }
  for (const line of linesOf(text, sizes.maxBytes)) {
    if (fresh && bytes + line.bytes > sizes.maxBytes) close()
    while (held.length > 0 && bytes + line.bytes > sizes.maxBytes) bytes -= held.shift()!.bytes
    held.push(line)
    bytes += line.bytes
    fresh = true
  }
  if (fresh) close()
  return chunks
}

const sizeOf = (lines: readonly Line[]) => lines.reduce((sum, { bytes }) => sum + bytes, 0)

/** The last whole lines that the overlap has room for. */
function tailOf(lines: readonly Line[], { overlapBytes }: ChunkSizes): Line[] {
  let from = lines.length
  for (let room = overlapBytes; from > 0 && lines[from - 1]!.bytes <= room; from -= 1) {
    room -= lines[from - 1]!.bytes
  }
  return lines.slice(from)
}

/** Lines with their ends; of one that is too long, its pieces under the same number. */
function* linesOf(text: string, maxBytes: number): Generator<Line> {
  let number = 0
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    number += 1
    for (const piece of piecesOf(line, maxBytes)) {
      yield { number, text: piece, bytes: Buffer.byteLength(piece) }
    }
  }
}

function piecesOf(line: string, maxBytes: number): string[] {
  if (Buffer.byteLength(line) <= maxBytes || line.length < 2) return [line]
  const middle = wholeCharacters(line, Math.ceil(line.length / 2))
  if (middle >= line.length) return [line]
  return [...piecesOf(line.slice(0, middle), maxBytes), ...piecesOf(line.slice(middle), maxBytes)]
}
