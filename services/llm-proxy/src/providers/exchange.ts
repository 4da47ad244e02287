import type { TryTimeouts } from './deadline.ts'
import { type Flow, type Translator, openFlow } from './flow.ts'
import { jsonOf } from './translate-events.ts'
import { type UpstreamDeps, type UpstreamRequest, askUpstream } from './upstream.ts'

/** What every adapter shares: the connections, the clocks, the time. */
export type ExchangeDeps = UpstreamDeps & { readonly timeouts: TryTimeouts }

/** An answer that came whole: as it came, and read. */
export type WholeBytes = { readonly bytes: Buffer; readonly value: Record<string, unknown> }

/** One request and its answer, under the clock of one try. */
export type Exchange = ReturnType<typeof createExchange>

const byteOrderMark = '\uFEFF'

const textOf = (bytes: Buffer): string => {
  const text = bytes.toString()
  return text.startsWith(byteOrderMark) ? text.slice(1) : text
}

/** The two ways to talk to a vendor on the hot path: an answer in pieces, and one that comes whole. */
export const createExchange = ({ timeouts, ...deps }: ExchangeDeps) => {
  const inPieces = { firstMs: timeouts.firstPartMs, stallMs: timeouts.stallMs }
  const atOnce = { firstMs: timeouts.wholeMs, stallMs: timeouts.wholeMs }
  return {
    stream: <Out>(
      request: UpstreamRequest,
      translator: Translator<Out>,
      caller: AbortSignal,
    ): Promise<Flow<Out>> =>
      openFlow(request.provider, translator, (reader) =>
        askUpstream(deps, request, { clock: inPieces, caller }, reader),
      ),

    async whole(request: UpstreamRequest, caller: AbortSignal): Promise<WholeBytes> {
      const bytes = await new Promise<Buffer>((resolve, reject) => {
        const chunks: Buffer[] = []
        askUpstream(
          deps,
          request,
          { clock: atOnce, caller },
          {
            came: (chunk) => void chunks.push(chunk),
            ended: () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
            failed: reject,
          },
        )
      })
      return { bytes, value: jsonOf(request.provider, textOf(bytes)) }
    },
  }
}
