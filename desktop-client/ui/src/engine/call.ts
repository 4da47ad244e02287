import type { z } from 'zod'
import type { EngineFailureBody } from '@codelab/contracts/engine-ui/failures'
import type { Route } from '@codelab/contracts/route'
import { EngineFailure } from './failure.ts'

type Input<Schema> = Schema extends z.ZodUndefined
  ? undefined
  : Schema extends z.ZodType
    ? z.input<Schema>
    : undefined
type Output<Schema> = Schema extends z.ZodUndefined
  ? undefined
  : Schema extends z.ZodType
    ? z.output<Schema>
    : undefined

/** What a call is given: the parts that its route has. */
export type CallInput<Params, Query, Body> = {
  readonly params?: Input<Params>
  readonly query?: Input<Query>
  readonly body?: Input<Body>
  readonly signal?: AbortSignal
}

type Named = Readonly<Record<string, unknown>> | undefined

const pathOf = (path: string, params: Named = {}): string =>
  path.replaceAll(/:([a-z_]+)/g, (_, name: string) => encodeURIComponent(String(params[name])))

function queryOf(query: Named = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`
}

const unreachable = {
  code: 'unavailable',
  message: 'The application’s engine does not answer. Start CodeLab again.',
} as const

async function failureOf(response: Response): Promise<EngineFailure> {
  const body = (await response.json().catch(() => undefined)) as EngineFailureBody | undefined
  if (body?.error) return new EngineFailure(body.error)
  return new EngineFailure({
    code: 'internal',
    message: `The engine answered ${response.status} without a reason.`,
  })
}

async function ask<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  route: Pick<Route<Params, Query, Body>, 'method' | 'path'>,
  { params, query, body, signal }: CallInput<Params, Query, Body>,
): Promise<Response> {
  const path = pathOf(route.path, params as Named) + queryOf(query as Named)
  let response: Response
  try {
    response = await fetch(path, {
      method: route.method.toUpperCase(),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      ...(signal && { signal }),
    })
  } catch (error) {
    signal?.throwIfAborted()
    throw new EngineFailure(unreachable, { cause: error })
  }
  if (!response.ok) throw await failureOf(response)
  return response
}

/** Calls a route of the engine. Throws `EngineFailure`; an abort by `signal` throws the signal's reason. */
export async function call<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  route: Route<Params, Query, Body, Reply>,
  input: CallInput<Params, Query, Body> = {},
): Promise<Output<Reply>> {
  const response = await ask(route, input)
  // The engine checks its own answers against the same contract.
  return (response.status === 204 ? undefined : await response.json()) as Output<Reply>
}

/** Calls a route that answers one JSON value a line, and hands them on as they come. Throws as `call` does, in the middle too. */
export async function* callForParts<
  Part,
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
>(
  route: Pick<Route<Params, Query, z.ZodUndefined>, 'method' | 'path'>,
  input: CallInput<Params, Query, z.ZodUndefined>,
): AsyncGenerator<Part> {
  const { body } = await ask(route, input)
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const read = await reader?.read().catch((error: unknown) => {
      input.signal?.throwIfAborted()
      throw new EngineFailure(unreachable, { cause: error })
    })
    if (!read || read.done) return
    const lines = (rest + read.value).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as Part
  }
}
