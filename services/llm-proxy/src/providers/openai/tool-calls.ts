import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { ToolCall } from '../provider.ts'
import { readArguments } from '../tool-arguments.ts'
import type { ToolNames } from '../tool-names.ts'
import { VendorFailure } from '../vendor-failure.ts'

type CallDelta = Partial<ChatCompletionChunk.Choice.Delta.ToolCall>

/** A model that writes more than this into one answer's calls is running away. */
const mostCharacters = 8 * 1024 * 1024

/** Gathers the pieces of tool calls by their index; servers that leave the index out start a new call with each id. */
export const createToolCalls = ({
  provider,
  names,
  newId,
}: {
  provider: string
  names: ToolNames
  newId: () => string
}) => {
  const open = new Map<number, { id: string; name: string; arguments: string }>()
  let last = -1
  let size = 0

  const indexOf = (delta: CallDelta): number =>
    typeof delta.index === 'number' ? delta.index : delta.id || last < 0 ? last + 1 : last

  return {
    add(delta: CallDelta): void {
      last = indexOf(delta)
      const call = open.get(last) ?? { id: '', name: '', arguments: '' }
      call.id ||= delta.id ?? ''
      call.name ||= delta.function?.name ?? ''
      call.arguments += delta.function?.arguments ?? ''
      size += delta.function?.arguments?.length ?? 0
      if (size > mostCharacters) {
        throw new VendorFailure(
          'broken',
          `The model provider "${provider}" sent an endless tool call`,
        )
      }
      open.set(last, call)
    },
    some: (): boolean => open.size > 0,
    /** All calls, whole, in the order of their index. */
    take: (): ToolCall[] =>
      [...open.entries()]
        .sort(([one], [other]) => one - other)
        .map(([, call]) => ({
          type: 'tool_call',
          id: call.id || newId(),
          name: names.back(call.name),
          ...readArguments(call.arguments),
        })),
  }
}
