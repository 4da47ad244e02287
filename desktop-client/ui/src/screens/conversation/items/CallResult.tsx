import { useInfiniteQuery } from '@tanstack/react-query'
import { readCallResult } from '@codelab/contracts/engine-ui/conversations'
import type { CallItem } from '@codelab/engine/conversation/state'
import { call as ask } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { Button } from '../../../parts/Button.tsx'
import { CopyButton } from '../../../parts/CopyButton.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { keys } from '../../../state/queries.ts'
import { usePage } from '../../../state/store.ts'
import { useTexts } from '../../../texts/texts.ts'
import styles from './CallRow.module.css'

/** A message that came after the call and is stored: the engine looks for the result before it. */
function messageAfter(session: string, callId: string): string | undefined {
  const items = usePage.getState().conversations[session]?.said.items ?? []
  const index = items.findIndex((item) => item.kind === 'call' && item.callId === callId)
  const next = items.find(
    (item, at) => at > index && item.kind === 'message' && item.complete && item.role !== 'user',
  )
  return next?.kind === 'message' ? next.id : undefined
}

/** What the call answered; a long result comes in parts, as the person asks for them. */
export function CallResult({
  session,
  call: { callId },
}: {
  readonly session: string
  readonly call: CallItem
}) {
  const texts = useTexts().conversation
  const result = useInfiniteQuery({
    queryKey: keys.result(session, callId),
    initialPageParam: 0,
    queryFn: ({ pageParam: offset, signal }) => {
      const before = messageAfter(session, callId)
      return ask(readCallResult, {
        params: { session, call: callId },
        query: { offset, ...(before !== undefined && { before }) },
        signal,
      })
    },
    getNextPageParam: ({ next_offset }) => next_offset,
    retry: false,
  })
  const parts = result.data?.pages ?? []
  const [first] = parts
  const length = parts.reduce((sum, { text }) => sum + text.length, 0)
  return (
    <section className={styles['result']} aria-label={texts.result}>
      <header>
        <span>{texts.result}</span>
        {first && <CopyButton text={() => parts.map(({ text }) => text).join('')} />}
      </header>
      {result.isPending && <p role="status">{texts.readingResult}</p>}
      {result.error && <ProblemText problem={result.error as EngineFailure} />}
      {first && (
        <pre tabIndex={0} data-kind={first.kind}>
          {first.total === 0 && <em>{texts.emptyResult}</em>}
          {parts.map(({ offset, text }) => (
            <Visible key={offset} text={text} lines />
          ))}
        </pre>
      )}
      {first && result.hasNextPage && (
        <footer>
          <span>{texts.partOf(length, first.total)}</span>
          <Button disabled={result.isFetchingNextPage} onClick={() => void result.fetchNextPage()}>
            {texts.moreResult}
          </Button>
        </footer>
      )}
    </section>
  )
}
