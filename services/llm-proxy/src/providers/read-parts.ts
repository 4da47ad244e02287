import type { Deadline } from './deadline.ts'
import { type UpstreamAnswer, reasonOf } from './upstream.ts'
import { VendorFailure } from './vendor-failure.ts'

/** Turns a vendor's bytes into something else, piece by piece. */
export type Translator<Out> = {
  /** What a chunk gives; undefined when nothing is worth sending yet. Throws `VendorFailure` on the vendor's own error event. */
  feed(chunk: Buffer): Out | undefined
  /** What went wrong after that which `feed` has just given. */
  failure(): Error | undefined
  /** The bytes are over: what a last line without its line break still gives. */
  finish?(): Out | undefined
  /** The model has begun to answer, even if nothing of it can be sent yet. */
  readonly started: boolean
  /** The vendor's end mark was seen. */
  readonly ended: boolean
}

/** After the end mark only the rest of the framing is left; reading it keeps the connection for the next request. */
const rest = { bytes: 16_384, ms: 1000 }
const lineFeed = 0x0a

/** Reads an answer to its end mark; one that ends before it is broken, whatever its form says. Leaving early closes the connection. */
export async function* readParts<Out>(
  provider: string,
  answer: UpstreamAnswer,
  translator: Translator<Out>,
  deadline: Deadline,
): AsyncGenerator<Out> {
  let whole = false
  try {
    for (let chunk = await answer.body.next(); chunk; chunk = await answer.body.next()) {
      // A vendor that drips bytes without ever ending a line says nothing.
      if (chunk.includes(lineFeed)) deadline.heard()
      const out = translator.feed(chunk)
      if (translator.started) deadline.started()
      whole = translator.ended
      if (out !== undefined) {
        deadline.pause()
        yield out
        deadline.resume()
      }
      const failure = translator.failure()
      if (failure) throw failure
      if (whole) return
    }
    const last = translator.finish?.()
    whole = translator.ended
    if (last !== undefined) yield last
    if (whole) return
    throw new VendorFailure(
      'broken',
      `The answer of the model provider "${provider}" broke off before its end`,
    )
  } catch (error) {
    throw reasonOf(provider, error, deadline.signal)
  } finally {
    deadline.stop()
    if (whole) answer.body.leave(rest)
    else answer.body.destroy()
  }
}
