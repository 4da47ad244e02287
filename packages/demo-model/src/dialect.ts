import type { IncomingHttpHeaders } from 'node:http'
import type { ModelRequest } from './chat.ts'
import type { Reply, TokenUsage } from './reply.ts'

/** One piece of a stream. `token` frames are paced; the `mark` is how the vendor says that this was all. */
export type Frame = { readonly kind: 'open' | 'token' | 'close' | 'mark'; readonly data: string }

/** A request refused, in no vendor's words yet. */
export type Refusal = {
  readonly status: number
  readonly message: string
  readonly type?: string
  readonly param?: string
  readonly code?: string
  readonly retryAfterSeconds?: number
}

/** A completion request that its dialect accepted. */
export type Accepted = {
  readonly model: string
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens?: number
  readonly stop?: readonly string[]
  readonly request: ModelRequest
}

/** A reply on its way out: what the frames of any dialect are made from. */
export type Outgoing = {
  readonly id: string
  readonly model: string
  readonly created: Date
  readonly reply: Reply
  readonly usage: TokenUsage
  readonly includeUsage: boolean
}

export type Answer = { readonly status: number; readonly body: unknown }

/** A vendor's wire format: how it reads a request, refuses one, streams an answer and says the whole. */
export type Dialect = {
  readonly completionPath: string
  readonly contentType: string
  /** Headers of every answer. */
  headers(requestId: string): Record<string, string>
  /** Refuses a request for its headers: a missing key or version. */
  refuseHeaders?(headers: IncomingHttpHeaders): Refusal | undefined
  accept(body: unknown, headers: IncomingHttpHeaders): Accepted | Refusal
  frames(outgoing: Outgoing): Frame[]
  whole(outgoing: Outgoing): unknown
  failure(refusal: Refusal, requestId: string): unknown
  /** The frame of an error inside a stream that has begun. */
  errorFrame(requestId: string): string
  /** A frame that no reader can make sense of. */
  readonly garbage: string
  unknownRoute(route: string): Refusal
  /** Every other route, by `METHOD /path`. */
  readonly routes: Readonly<Record<string, (body: unknown) => Answer | Refusal>>
}

export const isRefusal = (value: Accepted | Answer | Refusal): value is Refusal =>
  'message' in value
