import type { Context } from 'koa'
import { readJson } from '@codelab/runtime/body'
import type { Log } from '@codelab/runtime/log'
import type { Caller, Completions } from '../completion/completions.ts'
import { answerEvents } from '../dialect/answer-events.ts'
import type { AnswerHead } from '../dialect/chunks.ts'
import { type DialectRequest, readDialectRequest } from '../dialect/read-request.ts'
import { dialectCompletion } from '../dialect/whole.ts'
import type { Candidate } from '../routing/model-table.ts'
import type { Meter } from '../usage/meter.ts'
import { answerWithEvents } from './event-answer.ts'
import { whileCallerStays } from './gone.ts'

export type ChatCompletionsDeps = {
  readonly completions: Completions
  readonly meter: Meter
  readonly log: Log
  readonly keepAliveMs: number
  readonly maxBodyBytes: number
  readonly newId: () => string
  readonly now: () => number
}

/** `POST /v1/chat/completions` for any client of OpenAI's API. */
export const chatCompletions = (deps: ChatCompletionsDeps) => {
  const { completions, meter, log, keepAliveMs, maxBodyBytes, newId, now } = deps

  const headOf = ({ model }: Candidate): AnswerHead => ({
    id: `chatcmpl-${newId()}`,
    created: Math.floor(now() / 1000),
    model: model.id,
  })

  const whole = async (ctx: Context, request: DialectRequest, caller: Caller): Promise<void> => {
    const { value, candidate, record } = await completions.dialectWhole(request, caller)
    record.end('completed')
    ctx.body =
      value.type === 'same' ? value.value : dialectCompletion(headOf(candidate), value.value)
  }

  const stream = async (ctx: Context, request: DialectRequest, caller: Caller): Promise<void> => {
    const { signal } = caller
    const answer = await completions.dialectStream(request, caller)
    meter.openStreams.inc()
    try {
      const events = answerEvents(answer, {
        head: headOf(answer.candidate),
        includeUsage: request.includeUsage,
        signal,
        onError: (error) => log.warn({ err: error }, 'answer broke off'),
      })
      await answerWithEvents(ctx, events, { signal, keepAliveMs })
    } finally {
      meter.openStreams.dec()
    }
  }

  return async function postChatCompletions(ctx: Context): Promise<void> {
    const request = readDialectRequest(await readJson(ctx, maxBodyBytes))
    const user = ctx.state['userId'] as string | undefined
    await whileCallerStays(ctx, (signal) =>
      request.stream
        ? stream(ctx, request, { user, signal })
        : whole(ctx, request, { user, signal }),
    )
  }
}
