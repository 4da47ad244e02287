import { useVirtualizer } from '@tanstack/react-virtual'
import type { Item, MessageItem } from '@codelab/engine/conversation/state'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import { useTexts } from '../../../texts/texts.ts'
import { Boundary } from '../../../parts/Boundary.tsx'
import { CallRow } from './CallRow.tsx'
import { EmptyConversation } from './EmptyConversation.tsx'
import { ErrorRow } from './ErrorRow.tsx'
import { MessageRow } from './MessageRow.tsx'
import styles from './ItemList.module.css'
import { OtherItem } from './OtherItem.tsx'
import { SessionContext } from './session-context.ts'

/** Pixels; measured as soon as it is seen. */
const guessedHeight = 96
/** So near its end a list counts as read to it: what stands below it, as that the model thinks, comes and goes and moves the end. */
const nearEnd = 60
/** So near the top that the page of older messages is wanted: a fast scroll finds it read. */
const nearTop = 60

const known: ReadonlySet<string> = new Set(['message', 'call', 'error'] satisfies Item['kind'][])

const keyOf = (item: Item, index: number): string => {
  if (item.kind === 'message') return item.id
  return item.kind === 'call' ? item.callId : `error-${index}`
}

/** Everything said and done, oldest first. Only what can be seen is in the document; the end stays in view while it is in view. */
export function ItemList({
  session,
  items,
  hasOlder,
  readOlder,
  sent,
  onEdit,
}: {
  readonly session: string
  readonly items: readonly Item[]
  /** The message that the person has sent last. */
  readonly sent: string | undefined
  readonly hasOlder: boolean
  readonly readOlder: () => Promise<void>
  readonly onEdit?: ((message: MessageItem) => void) | undefined
}) {
  const texts = useTexts().conversation
  const scroller = useRef<HTMLDivElement>(null)
  const reading = useRef(false)
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => guessedHeight,
    getItemKey: (index) => keyOf(items[index]!, index),
    overscan: 4,
    gap: 12,
    paddingStart: 12,
    paddingEnd: 12,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: nearEnd,
  })
  // A conversation opens at its end.
  useLayoutEffect(() => list.scrollToEnd(), [list])

  // With a quick model the answer may have come with it, so it need not be the last.
  const isSentThere = useMemo(
    () =>
      sent !== undefined &&
      items.findLastIndex((item) => item.kind === 'message' && item.id === sent) >= 0,
    [items, sent],
  )
  // Whatever was read before: who says something looks on from there.
  useLayoutEffect(() => {
    if (isSentThere) list.scrollToEnd()
  }, [isSentThere, list, sent])

  const rows = list.getVirtualItems()
  const first = rows[0]?.index ?? 0

  useEffect(() => {
    if (!hasOlder || first > nearTop || reading.current) return
    reading.current = true
    // What cannot be read now is asked for again at the next scroll.
    readOlder()
      .catch((error: unknown) => console.warn('older messages could not be read', error))
      .finally(() => (reading.current = false))
  }, [first, hasOlder, readOlder])

  return (
    <div
      ref={scroller}
      className={styles['scroller']}
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={texts.log}
    >
      <SessionContext value={session}>
        {items.length === 0 && <EmptyConversation />}
        <div className={styles['whole']} style={{ height: list.getTotalSize() }}>
          {rows.map(({ key, index, start }) => (
            <div
              key={key}
              ref={list.measureElement}
              data-index={index}
              className={styles['item']}
              style={{ transform: `translateY(${start}px)` }}
            >
              <ItemRow item={items[index]!} session={session} onEdit={onEdit} />
            </div>
          ))}
        </div>
      </SessionContext>
    </div>
  )
}

function ItemRow({
  item,
  session,
  onEdit,
}: {
  readonly item: Item
  readonly session: string
  readonly onEdit: ((message: MessageItem) => void) | undefined
}) {
  return (
    <Boundary instead={<OtherItem item={item} />}>
      {item.kind === 'message' && <MessageRow message={item} onEdit={onEdit} />}
      {item.kind === 'call' && <CallRow call={item} session={session} />}
      {item.kind === 'error' && <ErrorRow error={item} />}
      {!known.has(item.kind) && <OtherItem item={item} />}
    </Boundary>
  )
}
