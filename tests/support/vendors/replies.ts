import type { Fault, Pace, Position, Reply, TokenUsage } from '@codelab/demo-model/reply'

type Extras = {
  readonly usage?: TokenUsage
  readonly pace?: Pace
  readonly fault?: Fault
  readonly finish?: 'length' | 'content_filter'
}

/** A text answer. */
export const says = (text: string, extras: Extras = {}): Reply => ({
  text,
  toolCalls: [],
  ...extras,
})

/** `1 2 … n`: an answer of exactly n tokens. */
export const counts = (n: number, extras: Extras = {}): Reply =>
  says(Array.from({ length: n }, (_, index) => index + 1).join(' '), extras)

/** One or several tool calls; arguments that are a string go out as they are, broken or not. */
export const calls = (
  wished:
    | Readonly<Record<string, object | string>>
    | readonly (readonly [string, object | string])[],
  extras: Extras & { readonly text?: string } = {},
): Reply => ({
  text: '',
  toolCalls: (Array.isArray(wished) ? wished : Object.entries(wished)).map(([name, args]) => ({
    name,
    arguments: typeof args === 'string' ? args : JSON.stringify(args),
  })),
  ...extras,
})

/** An HTTP error in the vendor's form. */
export const fails = (
  status: number,
  extras: {
    readonly retryAfterSeconds?: number
    readonly message?: string
    readonly times?: number
  } = {},
): Reply => says('', { fault: { kind: 'status', status, ...extras } })

/** A text that goes wrong in the middle of its stream. */
export const breaks = (
  kind: 'cut' | 'stall' | 'garbage' | 'error',
  after: Position,
  text = 'one two three four five six seven eight nine ten',
): Reply => says(text, { fault: { kind, after } })
