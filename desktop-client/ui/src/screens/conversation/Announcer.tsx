import type { Item } from '@codelab/engine/conversation/state'
import { useRef } from 'react'
import { useTexts } from '../../texts/texts.ts'

const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0

/** Tells a screen reader of an answer once, when it is whole. The list itself is silent: each word would be read as it comes. */
export function Announcer({ items }: { readonly items: readonly Item[] }) {
  const texts = useTexts().conversation
  const last = items.findLast(
    (item) => item.kind === 'message' && item.role === 'assistant' && item.complete,
  )
  const answer = last?.kind === 'message' ? last : undefined
  // What was there when the conversation was opened is no news.
  const known = useRef(answer?.id)
  return (
    <p role="status" className="visually-hidden">
      {answer && answer.id !== known.current && (
        <span key={answer.id}>{texts.answered(wordsIn(answer.text))}</span>
      )}
    </p>
  )
}
