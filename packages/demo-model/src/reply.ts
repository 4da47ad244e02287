/** How far into a stream something happens: after so many token frames, frames of any kind, or bytes. */
export type Position =
  | { readonly tokens: number }
  | { readonly frames: number }
  | { readonly bytes: number }

/** A chosen way to go wrong. With `times` it happens for so many tries of the same request, and then no more. */
export type Fault = { readonly times?: number } & (
  | {
      readonly kind: 'status'
      readonly status: number
      readonly message?: string
      readonly retryAfterSeconds?: number
    }
  /** The connection is closed without a byte of an answer. */
  | { readonly kind: 'drop' }
  /** No answer at all, or headers and the opening frames but no token. */
  | { readonly kind: 'hang'; readonly before: 'headers' | 'first_token' }
  /** The connection breaks, nothing more comes, a line of rubbish comes, or the vendor's own error comes. */
  | { readonly kind: 'cut' | 'stall' | 'garbage' | 'error'; readonly after: Position }
  /** Everything is sent except the frame by which the vendor says that it is all. */
  | { readonly kind: 'no_end_mark' }
  /** The bytes come in small pieces that respect neither frames nor characters. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
)

export type Pace = {
  /** Milliseconds before the first token. */
  readonly firstTokenAfterMs?: number
  /** 0 sends as fast as the reader takes it. */
  readonly tokensPerSecond?: number
}

/** `arguments` is JSON as text, as models write it, so it may be broken on purpose. */
export type ToolCall = { readonly name: string; readonly arguments: string }

export type TokenUsage = {
  readonly input: number
  readonly output: number
  readonly cached?: number
}

/** What a model does with one request, before any vendor's wire format. */
export type Reply = {
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly finish?: 'length' | 'content_filter'
  /** Counted from the texts when absent. */
  readonly usage?: TokenUsage
  readonly pace?: Pace
  readonly fault?: Fault
}

/** A reply of text alone. */
export const textReply = (text: string): Reply => ({ text, toolCalls: [] })
