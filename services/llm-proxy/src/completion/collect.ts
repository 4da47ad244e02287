import type { FinishReason, Usage } from '@codelab/contracts/agent-llm'
import type { Flow } from '../providers/flow.ts'
import type { ProviderPart, ToolCall } from '../providers/provider.ts'

/** An answer read to its end. */
export type WholeAnswer = {
  readonly content: string
  readonly toolCalls: ToolCall[]
  /** Absent when the vendor did not say. */
  readonly usage: Usage | undefined
  readonly reason: FinishReason
}

/** Reads an answer to its end. */
export const collect = (flow: Flow<ProviderPart[]>): Promise<WholeAnswer> =>
  new Promise((resolve, reject) => {
    const content: string[] = []
    const toolCalls: ToolCall[] = []
    let usage: Usage | undefined
    let reason: FinishReason = 'stop'
    flow.into({
      take(batch) {
        for (const part of batch) {
          if (part.type === 'content') content.push(part.content)
          else if (part.type === 'tool_call') toolCalls.push(part)
          else if (part.type === 'usage') usage = part
          else reason = part.reason
        }
        return true
      },
      ended: () => resolve({ content: content.join(''), toolCalls, usage, reason }),
      failed: reject,
    })
  })
