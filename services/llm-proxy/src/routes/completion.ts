import type { Context } from 'koa'
import {
  type CompletionReply,
  type CompletionRequest,
  type StreamPart,
  completion,
} from '@codelab/contracts/agent-llm'
import { type RouteHandler, handle } from '@codelab/runtime/handle'
import type { Log } from '@codelab/runtime/log'
import { errorPart, partsOf, wholeReply } from '../completion/answer-parts.ts'
import type { Caller, Completions, Wanted } from '../completion/completions.ts'
import type { Meter } from '../usage/meter.ts'
import { answerWithEvents } from './event-answer.ts'
import { whileCallerStays } from './gone.ts'
import { withSignsOfLife } from './signs-of-life.ts'

export type CompletionRouteDeps = {
  readonly completions: Completions
  readonly meter: Meter
  readonly log: Log
  readonly keepAliveMs: number
  readonly maxBodyBytes: number
}

const wantedOf = (body: CompletionRequest): Wanted => ({
  name: body.model,
  messages: body.messages,
  ...(body.tools && { tools: body.tools }),
  ...(body.tool_choice !== undefined && { toolChoice: body.tool_choice }),
  ...(body.temperature !== undefined && { temperature: body.temperature }),
  ...(body.max_tokens !== undefined && { maxTokens: body.max_tokens }),
  ...(body.user !== undefined && { user: body.user }),
})

const framed = (parts: readonly StreamPart[]): string =>
  parts.map((part) => `data: ${JSON.stringify(part)}\n\n`).join('')

/** `POST /api/v1/completion`, streamed or whole. */
export const completionRoute = (deps: CompletionRouteDeps): RouteHandler => {
  const { completions, meter, log, keepAliveMs, maxBodyBytes } = deps

  const whole = async (body: CompletionRequest, caller: Caller): Promise<CompletionReply> => {
    const answer = await completions.whole(wantedOf(body), caller)
    answer.record.end('completed')
    return wholeReply(answer)
  }

  const stream = async (ctx: Context, body: CompletionRequest, caller: Caller): Promise<void> => {
    const { signal } = caller
    const coming = completions.stream(wantedOf(body), caller)
    const answer = await withSignsOfLife(ctx.res, keepAliveMs, coming)
    meter.openStreams.inc()
    const parts = partsOf(answer)
    try {
      ctx.status = 200
      ctx.respond = false
      await answerWithEvents(ctx.res, answer.value, {
        ...{ signal, record: answer.record, keepAliveMs },
        encode: (batch) => framed(parts(batch)),
        broken(reason) {
          log.warn({ err: reason }, 'answer broke off')
          return framed([errorPart(reason)])
        },
      })
    } finally {
      meter.openStreams.dec()
    }
  }

  return handle(
    completion,
    ({ body, ctx, userId: user }) =>
      whileCallerStays(ctx, async (signal) => {
        if (!body.stream) return whole(body, { user, signal })
        await stream(ctx, body, { user, signal })
        return undefined
      }),
    { maxBodyBytes },
  )
}
