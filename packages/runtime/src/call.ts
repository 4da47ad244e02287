import { errors, Pool } from 'undici'
import type { z } from 'zod'
import { FailureBody } from '@codelab/contracts/errors'
import type { Route } from '@codelab/contracts/route'
import { Failure } from './failure.ts'
import { readBytes } from './body.ts'
import { scopeHeaders } from './tracing.ts'

type Input<Schema> = Schema extends z.ZodUndefined
  ? undefined
  : Schema extends z.ZodType
    ? z.input<Schema>
    : undefined

export type CallInput<Params, Query, Body> = {
  params?: Input<Params>
  query?: Input<Query>
  body?: Input<Body>
  headers?: Record<string, string> | undefined
  signal?: AbortSignal | undefined
}

export type Caller = ReturnType<typeof createCaller>

type CallerSettings = {
  readonly baseUrl: string
  /** Sent with every call, asked each time: credentials and ids may change. */
  readonly headers?: () => Record<string, string>
  /** Until the headers of the answer, in milliseconds. */
  readonly timeoutMs?: number
  /** How long a stream may say nothing, keep-alives counted, before it is taken for dead; absent: for ever. */
  readonly silenceMs?: number
  /** Bytes of an answer that is read whole. */
  readonly maxReplyBytes?: number
  /** Calls and streams under way at once; more of them wait. A caller that holds a stream per person needs more. */
  readonly connections?: number
}

/** The path of a route with its parameters and its query, as it is asked for. */
export const pathOf = (route: Pick<Route, 'path'>, params: unknown, query: unknown): string => {
  const path = route.path.replaceAll(/:([a-z_]+)/g, (_, name: string) =>
    encodeURIComponent(
      String((params as Record<string, string | number> | undefined)?.[name] ?? ''),
    ),
  )
  const entries = Object.entries((query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  )
  const search = new URLSearchParams(
    entries.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString()
  return search ? `${path}?${search}` : path
}

/** What came back was not of our form: a proxy's page, or nobody of ours. */
export class ForeignAnswer extends Error {
  readonly status: number

  constructor(status: number, text: string) {
    super(`status ${status}: ${text.slice(0, 500)}`)
    this.status = status
  }
}

/** Bytes that are read of an answer that says no. */
export const maxFailureBytes = 65_536

/** Another part's answer as our failure: its own code where it speaks our form, else `upstream_failed`. */
export function failureOf(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  text: string,
): Failure {
  const parsed = FailureBody.safeParse(safeJson(text))
  const retryAfter = Number(headers['retry-after'])
  if (!parsed.success)
    return new Failure('upstream_failed', {
      message: `The service behind answered ${status}.`,
      cause: new ForeignAnswer(status, text),
    })
  const { code, message, field, retry_after_s } = parsed.data.error
  return new Failure(code, {
    message,
    field,
    retryAfterSeconds:
      retry_after_s ?? (Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : undefined),
  })
}

const safeJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The service behind cannot be reached, or did not answer in time. */
export const unanswered = (cause: unknown, { timedOut }: { timedOut: boolean }): Failure =>
  new Failure(timedOut ? 'upstream_timeout' : 'unavailable', {
    message: timedOut
      ? 'The service behind did not answer in time.'
      : 'The service behind cannot be reached right now.',
    cause,
  })

/** Failed connections and time-outs as `unavailable`; an abort of the caller's own stays an abort. */
function connectionFailure(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted || error instanceof Failure) return error
  const timedOut =
    error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError
  return unanswered(error, { timedOut })
}

/** True for a call that was broken off on its way: no answer came, so nobody has said no to it. */
export const isUnanswered = (error: unknown): error is Failure =>
  error instanceof Failure &&
  (error.code === 'unavailable' || error.code === 'upstream_timeout') &&
  error.cause !== undefined

/** An HTTP client made of routes: the contract gives path, body and reply; failures come back as `Failure`. */
export function createCaller({
  baseUrl,
  headers,
  timeoutMs = 10_000,
  silenceMs = 0,
  maxReplyBytes = 32 * 1_048_576,
  connections = 256,
}: CallerSettings) {
  const url = new URL(baseUrl)
  const prefix = url.pathname.replace(/\/$/, '')
  const pool = new Pool(url.origin, {
    connections,
    keepAliveTimeout: 60_000,
    connect: { timeout: 5_000 },
  })

  const send = async (
    route: Route,
    input: CallInput<z.ZodType, z.ZodType, z.ZodType>,
    bodyTimeout: number,
  ) => {
    try {
      const response = await pool.request({
        method: route.method.toUpperCase() as 'GET',
        path: prefix + pathOf(route, input.params, input.query),
        headers: {
          ...scopeHeaders(),
          ...headers?.(),
          ...input.headers,
          ...(input.body !== undefined && { 'content-type': 'application/json' }),
        },
        body: input.body === undefined ? null : JSON.stringify(input.body),
        headersTimeout: timeoutMs,
        bodyTimeout,
        ...(input.signal && { signal: input.signal }),
      })
      if (response.statusCode < 300) return response
      const said = await readBytes(response.body, maxFailureBytes).catch(() => Buffer.alloc(0))
      throw failureOf(response.statusCode, response.headers, said.toString())
    } catch (error) {
      throw connectionFailure(error, input.signal)
    }
  }

  return {
    /** One call, its reply parsed by the contract. */
    async call<
      Params extends z.ZodType,
      Query extends z.ZodType,
      Body extends z.ZodType,
      Reply extends z.ZodType,
    >(
      route: Route<Params, Query, Body, Reply>,
      input: CallInput<Params, Query, Body> = {},
    ): Promise<z.output<Reply>> {
      const response = await send(
        route as unknown as Route,
        input as CallInput<z.ZodType, z.ZodType, z.ZodType>,
        timeoutMs,
      ) // the sender needs no schema
      try {
        const bytes = await readBytes(response.body, maxReplyBytes)
        if (!route.reply) return undefined as z.output<Reply>
        const parsed = route.reply.safeParse(safeJson(bytes.toString()))
        if (parsed.success) return parsed.data
        throw new Failure('upstream_failed', {
          message: 'The service behind gave an answer that is not understood.',
          cause: parsed.error,
        })
      } catch (error) {
        throw connectionFailure(error, input.signal)
      }
    },
    /** One call whose answer is read as it comes; the reader must consume or destroy `body`. */
    async stream<
      Params extends z.ZodType,
      Query extends z.ZodType,
      Body extends z.ZodType,
      Reply extends z.ZodType,
    >(route: Route<Params, Query, Body, Reply>, input: CallInput<Params, Query, Body> = {}) {
      const response = await send(
        route as unknown as Route,
        input as CallInput<z.ZodType, z.ZodType, z.ZodType>,
        silenceMs,
      ) // the sender needs no schema
      return { status: response.statusCode, headers: response.headers, body: response.body }
    },
    close: () => pool.destroy(),
  }
}
