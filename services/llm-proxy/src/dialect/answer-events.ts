import { failureAfterStart } from '../completion/answer-parts.ts'
import type { Answer, Dialect } from '../completion/completions.ts'
import { type OpenStream, readStream } from '../completion/open-stream.ts'
import type { ProviderPart } from '../providers/provider.ts'
import type { UsageRecord } from '../usage/record.ts'
import { type AnswerHead, createChunks, frame } from './chunks.ts'
import { dialectFailure } from './failure-body.ts'

type DialectAnswer = Answer<Dialect<OpenStream<Buffer>, OpenStream<ProviderPart[]>>>

async function* translated(
  stream: OpenStream<ProviderPart[]>,
  record: UsageRecord,
  { head, includeUsage }: { head: AnswerHead; includeUsage: boolean },
): AsyncGenerator<string> {
  const chunks = createChunks(head, includeUsage)
  let opening = chunks.opening()
  for await (const batch of readStream(stream)) {
    for (const part of batch) if (part.type === 'usage') record.counted(part)
    const text = opening + batch.map((part) => chunks.of(part)).join('')
    opening = ''
    if (text !== '') yield text
  }
}

/** The events of an answer in OpenAI's form: a vendor's own bytes, or ours translated. An answer that breaks off ends with an error and no `[DONE]`. */
export async function* answerEvents(
  { value, record }: DialectAnswer,
  options: {
    head: AnswerHead
    includeUsage: boolean
    signal: AbortSignal
    onError: (error: unknown) => void
  },
): AsyncGenerator<string | Buffer> {
  try {
    yield* value.type === 'same'
      ? readStream(value.value)
      : translated(value.value, record, options)
    record.end('completed')
  } catch (error) {
    if (options.signal.aborted) return
    record.end('broken')
    options.onError(error)
    yield frame(dialectFailure(failureAfterStart(error)))
  } finally {
    record.end('cancelled')
  }
}
