import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createAttempts } from './attempts.ts'
import { type Accepted, type Dialect, isRefusal, type Outgoing, type Refusal } from './dialect.ts'
import { limitReply, usageOf } from './limit-reply.ts'
import { play, waitForEver } from './play.ts'
import { readJson } from './read-json.ts'
import type { Pace, Reply } from './reply.ts'
import { wholeShow } from './whole-show.ts'

/** One request as it was received, and what became of it. `aborted`: the client went away before the end. */
export type Exchange = {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  body: unknown
  status: number | undefined
  aborted: boolean
  finished: boolean
}

export type ResponderOptions = {
  readonly dialect: Dialect
  readonly pace: Required<Pace>
  /** What the model does with a request. */
  readonly answer: (accepted: Accepted) => Reply
  /** Hears of each request when its body has been read, and again at each change. */
  readonly observe?: (exchange: Exchange) => void
}

type Answering = {
  readonly requestId: string
  readonly response: ServerResponse
  readonly exchange: Exchange
  readonly gone: AbortSignal
}

type Made =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }
  | { readonly kind: 'reply'; readonly accepted: Accepted; readonly outgoing: Outgoing }

/** The request handler of a model server. */
export function createResponder(options: ResponderOptions) {
  const { dialect, answer } = options
  const observe = options.observe ?? (() => {})
  const attempts = createAttempts()

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const gone = new AbortController()
    const answering = { ...begin(request), response, gone: gone.signal }
    let isAnswering = true
    response.once('close', () => {
      answering.exchange.aborted = isAnswering && !response.writableFinished
      answering.exchange.finished = true
      gone.abort()
      observe(answering.exchange)
    })
    try {
      await respond(request, answering)
    } catch (error) {
      if (answering.gone.aborted || response.headersSent) return void response.destroy()
      const message = `The script failed: ${error instanceof Error ? error.message : 'no reason'}`
      sendJson({ kind: 'refusal', refusal: { status: 500, message } }, answering)
    } finally {
      isAnswering = false
    }
  }

  async function respond(request: IncomingMessage, answering: Answering): Promise<void> {
    const read = await readJson(request)
    if (read.ok) answering.exchange.body = read.body
    observe(answering.exchange)
    const made: Made = read.ok
      ? make(answering.exchange)
      : { kind: 'refusal', refusal: read.refusal }
    if (made.kind === 'reply') await perform(made, answering)
    else sendJson(made, answering)
  }

  function make(exchange: Exchange): Made {
    const refused = dialect.refuseHeaders?.(exchange.headers)
    if (refused) return { kind: 'refusal', refusal: refused }
    const route = `${exchange.method} ${exchange.path}`
    if (route !== `POST ${dialect.completionPath}`) {
      const other = dialect.routes[route]?.(exchange.body) ?? dialect.unknownRoute(route)
      return isRefusal(other) ? { kind: 'refusal', refusal: other } : { kind: 'json', ...other }
    }
    const accepted = dialect.accept(exchange.body, exchange.headers)
    if (isRefusal(accepted)) return { kind: 'refusal', refusal: accepted }
    const key = createHash('sha256').update(JSON.stringify(exchange.body)).digest('hex')
    const reply = limitReply(attempts.settle(key, answer(accepted)), accepted)
    if (reply.fault?.kind === 'status') return { kind: 'refusal', refusal: refusalOf(reply.fault) }
    const outgoing: Outgoing = {
      id: key.slice(0, 24),
      model: accepted.model,
      created: new Date(),
      reply,
      usage: usageOf(reply, accepted.request),
      includeUsage: accepted.includeUsage,
    }
    return { kind: 'reply', accepted, outgoing }
  }

  async function perform(
    { accepted, outgoing }: Extract<Made, { kind: 'reply' }>,
    { requestId, response, exchange, gone }: Answering,
  ): Promise<void> {
    const { fault } = outgoing.reply
    const show = {
      frames: dialect.frames(outgoing),
      pace: { ...options.pace, ...outgoing.reply.pace },
      fault,
      garbage: dialect.garbage,
      errorFrame: dialect.errorFrame(requestId),
    }
    if (fault?.kind === 'drop') return void response.destroy()
    if (fault?.kind === 'hang' && fault.before === 'headers') return await waitForEver(gone)
    exchange.status = 200
    const contentType = accepted.stream ? dialect.contentType : 'application/json'
    response.writeHead(200, { ...dialect.headers(requestId), 'content-type': contentType })
    response.flushHeaders()
    await play(response, accepted.stream ? show : wholeShow(show, dialect.whole(outgoing)), gone)
  }

  function sendJson(made: Exclude<Made, { kind: 'reply' }>, answering: Answering): void {
    const { requestId, response, exchange } = answering
    const refusal = made.kind === 'refusal' ? made.refusal : undefined
    const status = made.kind === 'json' ? made.status : made.refusal.status
    const retryAfter = refusal?.retryAfterSeconds
    exchange.status = status
    response.writeHead(status, {
      ...dialect.headers(requestId),
      'content-type': 'application/json',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    })
    const body = made.kind === 'json' ? made.body : dialect.failure(made.refusal, requestId)
    response.end(JSON.stringify(body))
  }
}

const begin = (request: IncomingMessage): Pick<Answering, 'requestId' | 'exchange'> => ({
  requestId: `req_${randomUUID().replaceAll('-', '')}`,
  exchange: {
    method: request.method ?? 'GET',
    path: (request.url ?? '/').split('?', 1)[0] ?? '/',
    headers: request.headers,
    body: undefined,
    status: undefined,
    aborted: false,
    finished: false,
  },
})

const refusalOf = (fault: Extract<Reply['fault'], { kind: 'status' }>): Refusal => ({
  status: fault.status,
  message: fault.message ?? `The model failed with status ${fault.status}, as it was asked to.`,
  ...(fault.retryAfterSeconds !== undefined && { retryAfterSeconds: fault.retryAfterSeconds }),
})
