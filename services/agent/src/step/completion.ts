import type { Readable } from 'node:stream'
import { StreamPart, type FinishReason, type Usage } from '@codelab/contracts/agent-llm'
import { readEventStream } from '@codelab/runtime/sse'
import { cleanJson } from '../turn/text.ts'
import type { ProposedCall } from '../turn/propose-calls.ts'

export type Completion =
  | {
      kind: 'answer'
      content: string
      calls: ProposedCall[]
      usage: Usage | undefined
      finish: FinishReason
      model: string
      provider: string
    }
  | { kind: 'broken'; code: string; message: string; retryable: boolean }

type Reading = {
  /** Called with each piece of text as it comes. */
  onPiece: (piece: string) => void
  newId: () => string
}

/** Reads a streamed completion to its end. A stream without an end mark is broken and may be tried again. Throws what the body throws. */
export async function readCompletion(
  body: Readable,
  { onPiece, newId }: Reading,
): Promise<Completion> {
  let content = ''
  let usage: Usage | undefined
  const calls: ProposedCall[] = []
  for await (const { data } of readEventStream(body)) {
    const part = StreamPart.parse(JSON.parse(data))
    switch (part.type) {
      case 'content':
        if (part.content === '') break
        content += part.content
        onPiece(part.content)
        break
      case 'tool_call':
        calls.push({
          callId: newId(),
          vendorId: part.id,
          ...cleanJson({ name: part.name, arguments: part.arguments }),
          ...(part.invalid_arguments !== undefined && {
            invalidArguments: part.invalid_arguments,
          }),
        })
        break
      case 'usage':
        usage = usageOf(part)
        break
      case 'error':
        return { kind: 'broken', ...brokenBy(part) }
      case 'done':
        return { kind: 'answer', content, calls, usage, ...endOf(part) }
    }
  }
  return brokenOff
}

/** A stream that ended without saying so. */
export const brokenOff = {
  kind: 'broken',
  code: 'upstream_failed',
  message: 'The answer of the model broke off.',
  retryable: true,
} as const satisfies Completion

type Part<Type extends StreamPart['type']> = Extract<StreamPart, { type: Type }>

const usageOf = ({ input_tokens, output_tokens, cached_tokens }: Part<'usage'>): Usage => ({
  input_tokens,
  output_tokens,
  ...(cached_tokens !== undefined && { cached_tokens }),
})

const brokenBy = ({ code, message, retryable }: Part<'error'>) => ({ code, message, retryable })

const endOf = ({ finish_reason, model, provider }: Part<'done'>) => ({
  finish: finish_reason,
  model,
  provider,
})
