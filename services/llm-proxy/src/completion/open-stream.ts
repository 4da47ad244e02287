import { VendorFailure, isRetryable } from '../providers/vendor-failure.ts'
import type { Breaker } from '../routing/breaker.ts'

/** An answer that has begun: its first piece, and the rest to be read. */
export type OpenStream<Piece> = {
  readonly first: Piece
  readonly rest: AsyncIterator<Piece>
  /** Told how the answer ends. */
  readonly breaker: Pick<Breaker, 'finished' | 'broke'>
}

/** Waits for the first piece of an answer, so that a failure before it can be tried again. */
export const openStream = async <Piece>(
  provider: string,
  pieces: AsyncIterable<Piece>,
  breaker: OpenStream<Piece>['breaker'],
): Promise<OpenStream<Piece>> => {
  const rest = pieces[Symbol.asyncIterator]()
  const first = await rest.next()
  if (first.done) throw new VendorFailure('broken', `The model provider "${provider}" said nothing`)
  return { first: first.value, rest, breaker }
}

/** The answer from its first piece to its end; leaving early ends it at the vendor too. */
export async function* readStream<Piece>({
  first,
  rest,
  breaker,
}: OpenStream<Piece>): AsyncGenerator<Piece> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
    breaker.finished()
  } catch (error) {
    if (error instanceof VendorFailure && isRetryable(error.kind)) breaker.broke()
    throw error
  } finally {
    await rest.return?.()
  }
}
