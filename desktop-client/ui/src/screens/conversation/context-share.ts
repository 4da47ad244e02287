import type { MessageItem } from '@codelab/engine/conversation/state'

type Window = { readonly id: string; readonly context_window: number }

/** How much of its model's window an answer and its question took, 0 to 1; undefined when the message tells of a whole turn, or the model is not known. */
export function contextShare(
  { usage, model, finish }: Pick<MessageItem, 'usage' | 'model' | 'finish'>,
  models: readonly Window[],
): number | undefined {
  const size = models.find(({ id }) => id === model)?.context_window
  if (!usage || !size || !['stop', 'length', 'tool_calls'].includes(finish ?? '')) return undefined
  return Math.min(1, (usage.input_tokens + usage.output_tokens) / size)
}
