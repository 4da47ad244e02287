import { useQuery } from '@tanstack/react-query'
import { listModels } from '@codelab/contracts/engine-ui/conversations'
import { readUsage } from '@codelab/contracts/engine-ui/jobs'
import type { Item, MessageItem } from '@codelab/engine/conversation/state'
import { call } from '../../engine/call.ts'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'
import { contextShare } from './context-share.ts'

const today = () => new Date().toISOString().slice(0, 10)

const isAnswer = (item: Item): item is MessageItem =>
  item.kind === 'message' && item.role === 'assistant' && item.usage !== undefined

/** The tokens of the latest answer, how full the model's window is, and the person's tokens of the day. The workspace names no prices, so no cost is shown. */
export function UsageLine({ items }: { readonly items: readonly Item[] }) {
  const texts = useTexts().usage
  const { data: models } = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => call(listModels, { signal }),
  })
  const { data: day } = useQuery({
    queryKey: [...keys.usage, today()],
    queryFn: ({ signal }) => call(readUsage, { query: { from: today() }, signal }),
  })
  const latest = items.findLast(isAnswer)
  const share = latest && contextShare(latest, models?.models ?? [])
  const parts = [
    latest?.usage && texts.answer(latest.usage.input_tokens, latest.usage.output_tokens),
    share !== undefined && texts.context(share),
    day && texts.today(day.total.input_tokens + day.total.output_tokens),
  ].filter((part) => typeof part === 'string')
  return (
    <div role="group" className={styles['usage']} aria-label={texts.title} title={texts.noPrices}>
      {parts.join(' · ')}
    </div>
  )
}
