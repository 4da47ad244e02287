import type Router from '@koa/router'
import type { Context } from 'koa'
import type { z } from 'zod'
import type { Route } from '@codelab/contracts/route'
import { readJson } from './body.ts'
import { invalidRequest } from './failure.ts'

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export type Call<Params, Query, Body> = {
  readonly params: Parsed<Params>
  readonly query: Parsed<Query>
  readonly body: Parsed<Body>
  readonly ctx: Context
  /** The person on whose behalf this runs; absent when a service asks for itself. */
  readonly userId: string | undefined
}

export type RouteHandler = {
  readonly route: Route
  readonly respond: (ctx: Context) => Promise<void>
}

type Options = {
  /** Bytes; larger bodies are refused with 413. Default 1 MiB. */
  maxBodyBytes?: number
}

const parse = <Schema extends z.ZodType>(schema: Schema | undefined, input: unknown): unknown => {
  if (!schema) return undefined
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw invalidRequest(parsed.error)
  return parsed.data
}

/** `?cursor=` asks for no page: a parameter without a value counts as none given. */
const givenIn = (query: Context['query']) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))

/**
 * A route and the function that answers it. Input is validated, the reply is checked against the contract and stripped of
 * undeclared fields. A handler that answers `undefined` has written to `ctx` itself (a stream, a proxied answer).
 */
export function handle<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Reply extends z.ZodType,
>(
  route: Route<Params, Query, Body, Reply>,
  answer: (call: Call<Params, Query, Body>) => Promise<z.input<Reply> | undefined | void>,
  { maxBodyBytes = 1_048_576 }: Options = {},
): RouteHandler {
  return {
    route: route as unknown as Route, // the list of handlers forgets the schemas that `respond` closes over
    async respond(ctx) {
      const reply = await answer({
        params: parse(route.params, ctx.params),
        query: parse(route.query, givenIn(ctx.query)),
        body: route.body ? parse(route.body, await readJson(ctx, maxBodyBytes)) : undefined,
        ctx,
        userId: ctx.state['userId'] as string | undefined,
      } as Call<Params, Query, Body>)
      if (reply !== undefined && route.reply) {
        ctx.status = route.status
        ctx.body = route.reply.parse(reply)
      } else if (ctx.body === undefined && ctx.respond !== false && !route.reply) {
        ctx.status = route.status
      }
    },
  }
}

/** Mounts handlers on a router; their order is the order of matching. */
export function mountRoutes(router: Router, handlers: readonly RouteHandler[]): Router {
  for (const { route, respond } of handlers) router[route.method](route.path, respond)
  return router
}
