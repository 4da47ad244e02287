import type { z } from 'zod'
import type { FailureCode } from './errors.ts'

/** Who may call: anybody, a person with a bearer token, a service with the internal token, or the page of this machine's engine with its cookie. */
export type RouteAccess = 'open' | 'user' | 'service' | 'page'

export type Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
> = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** Koa form: `/api/v1/sessions/:id`. */
  readonly path: string
  /** One sentence for the OpenAPI document. */
  readonly summary: string
  readonly access: RouteAccess
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly status: number
  /** Absent: the answer has no body (204). */
  readonly reply?: Reply
  readonly fails: readonly FailureCode[]
}

/** A route as one value: server, client, tests and OpenAPI all read this. */
export const route = <
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
  Reply extends z.ZodType = z.ZodUndefined,
>(
  definition: Route<Params, Query, Body, Reply>,
): Route<Params, Query, Body, Reply> => Object.freeze(definition)
