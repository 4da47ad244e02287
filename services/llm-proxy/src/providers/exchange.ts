import type { Dispatcher } from 'undici'
import { type TryTimeouts, startDeadline } from './deadline.ts'
import { jsonOf } from './translate-events.ts'
import { type Translator, readParts } from './read-parts.ts'
import { type UpstreamRequest, openUpstream, reasonOf, textOf } from './upstream.ts'

/** What every adapter shares: the connections, the clocks, the time. */
export type ExchangeDeps = {
  readonly dispatcher: Dispatcher
  readonly timeouts: TryTimeouts
  readonly now: () => number
}

/** One request and its answer, under the clock of one try. */
export type Exchange = ReturnType<typeof createExchange>

/** The two ways to talk to a vendor on the hot path: an answer in pieces, and one that comes whole. */
export const createExchange = ({ dispatcher, timeouts, now }: ExchangeDeps) => ({
  async *stream<Out>(
    request: UpstreamRequest,
    translator: Translator<Out>,
    caller: AbortSignal,
  ): AsyncGenerator<Out> {
    const deadline = startDeadline(request.provider, caller, {
      firstMs: timeouts.firstPartMs,
      stallMs: timeouts.stallMs,
    })
    try {
      const answer = await openUpstream(dispatcher, request, deadline, now)
      yield* readParts(request.provider, answer, translator, deadline)
    } finally {
      deadline.stop()
    }
  },

  async whole(request: UpstreamRequest, caller: AbortSignal): Promise<Record<string, unknown>> {
    const deadline = startDeadline(request.provider, caller, {
      firstMs: timeouts.wholeMs,
      stallMs: timeouts.wholeMs,
    })
    try {
      const answer = await openUpstream(dispatcher, request, deadline, now)
      const text = await textOf(answer.body).catch((error: unknown) => {
        throw reasonOf(request.provider, error, deadline.signal)
      })
      return { ...jsonOf<Record<string, unknown>>(request.provider, text) }
    } finally {
      deadline.stop()
    }
  },
})
