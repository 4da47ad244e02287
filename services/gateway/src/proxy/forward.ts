import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import { Failure } from '@codelab/runtime/failure'
import { scopeHeaders } from '@codelab/runtime/tracing'
import { errors, Pool, type Dispatcher } from 'undici'
import { clientAddress } from './client-address.ts'
import { replyHeaders, requestHeaders } from './headers.ts'

export type ForwardSettings = {
  readonly baseUrl: string
  readonly publicUrl: URL
  readonly trustedHops: number
  /** Set on every request, over what the client sent. */
  readonly ownHeaders: Readonly<Record<string, string>>
  readonly maxBodyBytes: number
  /** Until the headers of the answer. */
  readonly headersTimeoutMs: number
  /** Between two pieces of the answer. */
  readonly bodyTimeoutMs: number
}

export type Forward = ReturnType<typeof createForward>

const tooLarge = (maxBytes: number) =>
  new Failure('payload_too_large', { message: `The body is larger than ${maxBytes} bytes.` })

/** Lets at most so many bytes through. */
const limited = (maxBytes: number): Transform => {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length
      if (seen > maxBytes) done(tooLarge(maxBytes))
      else done(null, chunk)
    },
  })
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

function unreachable(error: unknown): Failure {
  if (error instanceof Failure) return error
  const timedOut = error instanceof errors.HeadersTimeoutError
  return new Failure(timedOut ? 'upstream_timeout' : 'unavailable', {
    message: timedOut
      ? 'The service behind did not answer in time; try again.'
      : 'The service behind cannot be reached right now; try again shortly.',
    cause: error,
  })
}

/**
 * Passes a request on to one service and its answer back, both as they come. A client that goes ends the request behind. Throws a `Failure`
 * as long as no answer has begun; a break after that breaks the client's connection too, so that nothing cut short looks whole.
 */
export function createForward(settings: ForwardSettings) {
  const { baseUrl, maxBodyBytes } = settings
  const pool = new Pool(baseUrl, {
    headersTimeout: settings.headersTimeoutMs,
    bodyTimeout: settings.bodyTimeoutMs,
    connect: { timeout: 5_000 },
    connections: 1_024,
  })

  const bodyOf = (request: IncomingMessage, gone: AbortController): Transform | null => {
    if (!hasBody(request)) return null
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes)
    const body = limited(maxBodyBytes)
    pipeline(request, body).catch((error: unknown) => gone.abort(error))
    return body
  }

  const ask = async (
    request: IncomingMessage,
    gone: AbortController,
  ): Promise<Dispatcher.ResponseData> => {
    try {
      return await pool.request({
        method: (request.method ?? 'GET') as Dispatcher.HttpMethod,
        path: request.url ?? '/',
        headers: requestHeaders(request.headers, {
          publicUrl: settings.publicUrl,
          clientAddress: clientAddress(request, settings.trustedHops),
          own: { ...scopeHeaders(), ...settings.ownHeaders },
        }),
        body: bodyOf(request, gone),
        signal: gone.signal,
      })
    } catch (error) {
      throw unreachable(gone.signal.aborted ? gone.signal.reason : error)
    }
  }

  return {
    /** Writes the answer; resolves with its status once it has ended. */
    async forward(request: IncomingMessage, response: ServerResponse): Promise<number> {
      const gone = new AbortController()
      response.once('close', () => gone.abort())
      const answer = await ask(request, gone)
      response.writeHead(answer.statusCode, replyHeaders(answer.headers))
      response.flushHeaders()
      await pipeline(answer.body, response).catch(() => void response.destroy())
      return answer.statusCode
    },
    close: (): Promise<void> => pool.destroy(),
  }
}
