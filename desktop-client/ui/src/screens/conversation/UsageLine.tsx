import { useQuery } from '@tanstack/react-query'
import { listModels } from '@codelab/contracts/engine-ui/conversations'
import { readUsage } from '@codelab/contracts/engine-ui/jobs'
import type { Item, MessageItem } from '@codelab/engine/conversation/state'
import { call } from '../../engine/call.ts'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ConversationPanel.module.css'
import { contextShare } from './context-share.ts'
import { costOf, hasPrices } from './cost-of.ts'

const today = () => new Date().toISOString().slice(0, 10)

const isAnswer = (item: Item): item is MessageItem =>
  item.kind === 'message' && item.role === 'assistant' && item.usage !== undefined

/** The tokens of the latest answer, what the conversation has cost where every price is known, how full the model's window is, and the person's tokens of the day. */
export function UsageLine({
  session,
  items,
}: {
  readonly session: string
  readonly items: readonly Item[]
}) {
  const texts = useTexts().usage
  const { data: list } = useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => call(listModels, { signal }),
  })
  const models = list?.models ?? []
  const { data: day } = useQuery({
    queryKey: [...keys.usage, today()],
    queryFn: ({ signal }) => call(readUsage, { query: { from: today() }, signal }),
  })
  // Not the sum of what is shown: a step that only calls tools has no message, and older messages may not be read yet.
  const { data: used } = useQuery({
    queryKey: [...keys.usage, session],
    queryFn: ({ signal }) => call(readUsage, { query: { session_id: session }, signal }),
    enabled: hasPrices(models),
  })
  const latest = items.findLast(isAnswer)
  const share = latest && contextShare(latest, models)
  const cost = used && costOf(used.items, models)
  const parts = [
    latest?.usage && texts.answer(latest.usage.input_tokens, latest.usage.output_tokens),
    cost && 'amount' in cost && texts.cost(cost.amount, cost.currency),
    share !== undefined && texts.context(share),
    day && texts.today(day.total.input_tokens + day.total.output_tokens),
  ].filter((part) => typeof part === 'string')
  const explained = () => {
    if (!hasPrices(models)) return texts.noPrices
    return cost && 'unpriced' in cost ? texts.noPriceOf(cost.unpriced) : texts.priced
  }
  return (
    <div role="group" className={styles['usage']} aria-label={texts.title} title={explained()}>
      {parts.join(' · ')}
    </div>
  )
}
