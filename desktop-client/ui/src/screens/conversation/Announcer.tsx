import type { Item } from '@codelab/engine/conversation/state'
import { useRef } from 'react'
import { useTexts } from '../../texts/texts.ts'

/** Says an answer to a screen reader once it is whole. The list itself says nothing: each word would be read as it comes. */
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
      {answer && answer.id !== known.current && `${texts.assistant}: ${answer.text}`}
    </p>
  )
}
