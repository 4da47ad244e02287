import type { CompletionReply, StreamPart } from '@codelab/contracts/agent-llm'
import { Failure } from '@codelab/runtime/failure'
import type { ProviderPart } from '../providers/provider.ts'
import { VendorFailure, isRetryable } from '../providers/vendor-failure.ts'
import type { WholeAnswer } from './collect.ts'
import type { Answer } from './completions.ts'
import type { OpenStream } from './open-stream.ts'

type PartsAnswer = Answer<OpenStream<ProviderPart[]>>

/** Who answered, as callers are told. */
const origin = ({ candidate, attempts, fellBackFrom }: Answer<unknown>) => ({
  model: candidate.model.id,
  provider: candidate.provider.name,
  attempts,
  ...(fellBackFrom !== undefined && { fell_back_from: fellBackFrom }),
})

/** What broke off an answer, as a failure for the caller. */
export const failureAfterStart = (error: unknown): Failure => {
  if (error instanceof Failure) return error
  if (!(error instanceof VendorFailure)) return new Failure('internal', { cause: error })
  const code =
    error.kind === 'timeout'
      ? 'upstream_timeout'
      : error.kind === 'invalid'
        ? 'invalid_request'
        : 'upstream_failed'
  return new Failure(code, { message: `${error.message}.`, cause: error })
}

/** The last part of an answer that broke off. */
export const errorPart = (error: unknown): StreamPart => {
  const { code, message } = failureAfterStart(error)
  return {
    type: 'error',
    code:
      code === 'upstream_timeout' || code === 'invalid_request' || code === 'internal'
        ? code
        : 'upstream_failed',
    message,
    retryable: error instanceof VendorFailure && isRetryable(error.kind),
  }
}

/** What arrived together, as it goes over the wire; the end says who answered. Keeps the usage. */
export const partsOf =
  (answer: PartsAnswer) =>
  (batch: readonly ProviderPart[]): StreamPart[] =>
    batch.map((part): StreamPart => {
      if (part.type === 'usage') answer.record.counted(part)
      return part.type === 'finish'
        ? { type: 'done', finish_reason: part.reason, ...origin(answer) }
        : part
    })

/** The whole answer as it goes over the wire. */
export const wholeReply = (answer: Answer<WholeAnswer>): CompletionReply => {
  const { content, toolCalls, usage, reason } = answer.value
  return {
    content,
    tool_calls: toolCalls,
    usage: usage ?? { input_tokens: 0, output_tokens: 0 },
    finish_reason: reason,
    ...origin(answer),
  }
}
