import type { Flow, Sink } from '../providers/flow.ts'
import { VendorFailure, isRetryable } from '../providers/vendor-failure.ts'
import type { Breaker } from '../routing/breaker.ts'

/** An answer that has begun. */
export type OpenStream<Piece> = {
  readonly flow: Flow<Piece>
  /** Told how the answer ends. */
  readonly breaker: Pick<Breaker, 'finished' | 'broke'>
}

/** Gives an answer to its reader, and tells the breaker how it ended. */
export const pour = <Piece>({ flow, breaker }: OpenStream<Piece>, sink: Sink<Piece>): void =>
  flow.into({
    take: sink.take,
    ended() {
      breaker.finished()
      sink.ended()
    },
    failed(reason) {
      if (reason instanceof VendorFailure && isRetryable(reason.kind)) breaker.broke()
      sink.failed(reason)
    },
  })
