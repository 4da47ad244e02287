import type { Item } from './state.ts'

/** The items before a message: it and all after it were replaced. All of them when it is not among them. */
export function withoutFrom(items: readonly Item[], messageId: string): readonly Item[] {
  const index = items.findIndex((item) => item.kind === 'message' && item.id === messageId)
  return index < 0 ? items : items.slice(0, index)
}
