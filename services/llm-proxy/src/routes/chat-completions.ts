import type { IncomingMessage, ServerResponse } from 'node:http'
import { readJsonBytes } from '@codelab/runtime/body'
import type { Log } from '@codelab/runtime/log'
import type { Observer } from '@codelab/runtime/observe'
import { failureAfterStart } from '../completion/answer-parts.ts'
import type { Caller, Completions } from '../completion/completions.ts'
import type { OpenStream } from '../completion/open-stream.ts'
import { type AnswerHead, createChunks, frame } from '../dialect/chunks.ts'
import { dialectFailure } from '../dialect/failure-body.ts'
import { type DialectRequest, readDialectRequest } from '../dialect/read-request.ts'
import { dialectCompletion } from '../dialect/whole.ts'
import { oneWriteBytes } from '../one-write.ts'
import type { ProviderPart } from '../providers/provider.ts'
import type { Candidate } from '../routing/model-table.ts'
import type { Meter } from '../usage/meter.ts'
import type { UsageRecord } from '../usage/record.ts'
import { type DialectAccess, dialectRefusal } from './dialect-access.ts'
import { answerWithEvents } from './event-answer.ts'
import { whileReaderStays } from './gone.ts'

export type ChatCompletionsDeps = {
  readonly completions: Completions
  readonly meter: Meter
  readonly log: Log
  readonly observer: Observer
  readonly access: DialectAccess
  readonly keepAliveMs: number
  readonly maxBodyBytes: number
  readonly newId: () => string
  readonly now: () => number
}

type Exchanged = {
  readonly response: ServerResponse
  readonly headers: readonly string[]
  readonly request: DialectRequest
  readonly caller: Caller
}

const path = '/v1/chat/completions'
const asked = /^(?:https?:\/\/[^/?]*)?\/v1\/chat\/completions\/?(?:\?|$)/i

const answerWithJson = (
  response: ServerResponse,
  { status, headers, body }: { status: number; headers: readonly string[]; body: Buffer },
): void => {
  response.writeHead(status, [
    ...headers,
    'content-type',
    'application/json; charset=utf-8',
    'content-length',
    String(body.length),
  ])
  if (body.length > oneWriteBytes) response.end(body)
  else response.end(body.toString('latin1'), 'latin1')
}

/** The chunks of an answer that is not in the caller's dialect. */
const translated = (
  { head, includeUsage }: { head: AnswerHead; includeUsage: boolean },
  record: UsageRecord,
) => {
  const chunks = createChunks(head, includeUsage)
  let text = chunks.opening()
  return (batch: readonly ProviderPart[]): string => {
    for (const part of batch) {
      if (part.type === 'usage') record.counted(part)
      text += chunks.of(part)
    }
    const events = text
    text = ''
    return events
  }
}

/**
 * `POST /v1/chat/completions` for any client of OpenAI's API, on Node's own request and response: it is what most requests of a busy
 * workspace are, and half of such a request's time went into Koa and streams.
 */
export const chatCompletions = (deps: ChatCompletionsDeps) => {
  const { completions, meter, log, observer, access, keepAliveMs, maxBodyBytes, newId, now } = deps

  const headOf = ({ model }: Candidate): AnswerHead => ({
    id: `chatcmpl-${newId()}`,
    created: Math.floor(now() / 1000),
    model: model.id,
  })

  const whole = async ({ response, headers, request, caller }: Exchanged): Promise<void> => {
    const { value, candidate, record } = await completions.dialectWhole(request, caller)
    record.end('completed')
    const body =
      value.type === 'same'
        ? value.value
        : Buffer.from(JSON.stringify(dialectCompletion(headOf(candidate), value.value)))
    answerWithJson(response, { status: 200, headers, body })
  }

  const stream = async ({ response, headers, request, caller }: Exchanged): Promise<void> => {
    const { signal } = caller
    const { value, candidate, record } = await completions.dialectStream(request, caller)
    const answer = <Piece>(open: OpenStream<Piece>, encode: (piece: Piece) => string | Buffer) =>
      answerWithEvents(response, open, {
        ...{ encode, signal, record, keepAliveMs, headers },
        broken(reason) {
          log.warn({ err: reason }, 'answer broke off')
          return frame(dialectFailure(failureAfterStart(reason)))
        },
      })
    meter.openStreams.inc()
    try {
      if (value.type === 'same') await answer(value.value, (bytes) => bytes)
      else {
        const { includeUsage } = request
        await answer(value.value, translated({ head: headOf(candidate), includeUsage }, record))
      }
    } finally {
      meter.openStreams.dec()
    }
  }

  const serve = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    headers: readonly string[],
  ): Promise<void> => {
    const user = await access(incoming.headers)
    const request = readDialectRequest(await readJsonBytes(incoming, maxBodyBytes))
    await whileReaderStays(response, (signal) =>
      (request.stream ? stream : whole)({ response, headers, request, caller: { user, signal } }),
    )
  }

  const refuse = (response: ServerResponse, headers: readonly string[], error: unknown): void => {
    const { status, headers: more, body } = dialectRefusal(error, log)
    if (response.headersSent) return void response.destroy()
    answerWithJson(response, {
      status,
      headers: [...headers, ...Object.entries(more).flat()],
      body: Buffer.from(JSON.stringify(body)),
    })
  }

  return {
    takes: ({ method, url }: IncomingMessage): boolean =>
      method === 'POST' && (url === path || asked.test(url ?? '')),
    answer: (request: IncomingMessage, response: ServerResponse): void =>
      void observer.watch({ request, response, route: () => path }, async (requestId) => {
        const headers = ['x-request-id', requestId]
        try {
          await serve(request, response, headers)
        } catch (error) {
          const isGone = request.destroyed && !request.complete
          if (!isGone) refuse(response, headers, error)
        }
      }),
  }
}

export type ChatCompletions = ReturnType<typeof chatCompletions>
