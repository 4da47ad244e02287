import type { Performance } from './play.ts'

/**
 * The same show for a reader that did not ask for a stream: one JSON document when the last token would have come.
 * It leaves in two halves, so that a fault inside a stream is one inside the document here.
 */
export function wholeShow(show: Performance, document: unknown): Performance {
  const tokens = show.frames.filter(({ kind }) => kind === 'token').length
  const { firstTokenAfterMs, tokensPerSecond } = show.pace
  const spoken = tokensPerSecond > 0 ? (tokens * 1000) / tokensPerSecond : 0
  const text = JSON.stringify(document)
  const half = Math.ceil(text.length / 2)
  return {
    ...show,
    frames: [
      { kind: 'token', data: text.slice(0, half) },
      { kind: 'mark', data: text.slice(half) },
    ],
    pace: { firstTokenAfterMs: firstTokenAfterMs + spoken, tokensPerSecond },
  }
}
