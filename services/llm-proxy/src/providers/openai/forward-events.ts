import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import type { Usage } from '@codelab/contracts/agent-llm'
import { deliverFirst } from '../deliver-first.ts'
import type { Translator } from '../flow.ts'
import type { ToolNames } from '../tool-names.ts'
import { jsonOf, largestEvent } from '../translate-events.ts'
import { VendorFailure } from '../vendor-failure.ts'
import { failureOfEvent } from './event-error.ts'
import { dataOf, eventEnd } from './event-bytes.ts'
import { renameCalls } from './rename-calls.ts'
import { usageOf } from './usage.ts'

const endMark = '[DONE]'
const lineFeed = 0x0a
const blankLine = Buffer.from('\n\n')

type Chunk = Partial<ChatCompletionChunk> & { error?: unknown }

export type ForwardOptions = {
  readonly provider: string
  readonly names: ToolNames
  /** We always ask for the usage; a caller who did not gets the stream without that chunk. */
  readonly keepUsage: boolean
  readonly onUsage: (usage: Usage) => void
}

const isRoleOnly = (chunk: Chunk): boolean => {
  const choice = chunk.choices?.[0]
  if (!choice) return true
  const { content, tool_calls: calls, refusal } = choice.delta ?? {}
  return !content && !refusal && !calls && !choice.finish_reason
}

/**
 * Passes a stream of the same dialect on as the bytes it came in, whole events at a time; only the first events, the usage and the end
 * are looked into. Nothing leaves before the first event that says something, so a try that fails before it can be repeated.
 */
export const forwardEvents = (options: ForwardOptions): Translator<Buffer> => {
  const { provider, names, keepUsage, onUsage } = options
  let rest: Buffer = Buffer.alloc(0)
  let held: Buffer[] = []
  let started = false
  let ended = false

  /** What of an event goes on: itself, something else, or nothing. */
  const pass = (event: Buffer): Buffer | undefined => {
    const data = dataOf(event)
    if (!data) return event
    if (data.startsWith(endMark)) {
      ended = true
      started = true
      return event
    }
    const counts = event.includes('"prompt_tokens"')
    if (started && !counts && !names.changed && !data.startsWith('{"error"')) return event
    const chunk = jsonOf<Chunk>(provider, data)
    if (chunk.error) throw failureOfEvent(provider, chunk.error)
    if (chunk.usage) onUsage(usageOf(chunk.usage))
    started ||= !isRoleOnly(chunk)
    if (chunk.usage && chunk.choices?.length === 0 && !keepUsage) return undefined
    return names.changed && renameCalls(chunk, names)
      ? Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`)
      : event
  }

  /** Whole events of text and nothing else, as most chunks are once the answer has begun: they need not be taken apart. */
  const isPlain = (chunk: Buffer): boolean => {
    if (!started || ended || names.changed || rest.length > 0) return false
    const { length } = chunk
    if (chunk[length - 1] !== lineFeed || chunk[length - 2] !== lineFeed) return false
    const text = chunk.toString('latin1')
    return !(
      text.includes('"prompt_tokens"') ||
      text.includes(endMark) ||
      text.includes('{"error"')
    )
  }

  const read = (chunk: Buffer): void => {
    if (isPlain(chunk)) return void held.push(chunk)
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    let from = 0
    for (let end = eventEnd(bytes, 0); end > 0 && !ended; end = eventEnd(bytes, from)) {
      const out = pass(bytes.subarray(from, end))
      if (out) held.push(out)
      from = end
    }
    rest = bytes.subarray(from)
    if (rest.length > largestEvent) {
      throw new VendorFailure('broken', `The model provider "${provider}" sent an endless event`)
    }
  }

  const take = (): Buffer | undefined => {
    if (!started || held.length === 0) return undefined
    const out = held.length === 1 ? held[0] : Buffer.concat(held)
    held = []
    return out
  }

  return {
    ...deliverFirst(read, take),
    finish() {
      const tail = Buffer.concat([rest, blankLine])
      if (!ended && dataOf(tail)?.startsWith(endMark)) read(blankLine)
      return take()
    },
    hasStarted: () => started,
    hasEnded: () => ended,
  }
}
