import { completeLength, type Markdown } from './markdown.ts'

/** Markdown that is shown while it comes: each block once it is whole. */
export type MarkdownStream = {
  /** What can be shown now that this piece has come. */
  add(piece: string): string
  /** The rest. */
  end(): string
}

export function createMarkdownStream(markdown: Markdown): MarkdownStream {
  let waiting = ''
  return {
    add: (piece) => {
      waiting += piece
      // Only a line's end can complete a block: reading the text again for each piece would take quadratic time.
      if (!piece.includes('\n')) return ''
      const length = completeLength(waiting)
      if (length === 0) return ''
      const whole = waiting.slice(0, length)
      waiting = waiting.slice(length)
      return markdown.render(whole)
    },
    end: () => {
      const rest = waiting
      waiting = ''
      return rest.trim() === '' ? '' : markdown.render(rest)
    },
  }
}
