import { VendorFailure } from '../providers/vendor-failure.ts'

/** An answer that has begun: its first piece, and the rest to be read. */
export type OpenStream<Piece> = {
  readonly first: Piece
  readonly rest: AsyncIterator<Piece>
}

/** Waits for the first piece of an answer, so that a failure before it can be tried again. */
export const openStream = async <Piece>(
  provider: string,
  pieces: AsyncIterable<Piece>,
): Promise<OpenStream<Piece>> => {
  const rest = pieces[Symbol.asyncIterator]()
  const first = await rest.next()
  if (first.done) throw new VendorFailure('broken', `The model provider "${provider}" said nothing`)
  return { first: first.value, rest }
}

/** The answer from its first piece to its end; leaving early ends it at the vendor too. */
export async function* readStream<Piece>({
  first,
  rest,
}: OpenStream<Piece>): AsyncGenerator<Piece> {
  try {
    yield first
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}
