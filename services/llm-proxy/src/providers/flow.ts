import type { AnswerReader, Connection } from './upstream.ts'
import { VendorFailure } from './vendor-failure.ts'

/** Takes the pieces of an answer in the turn of the loop in which their bytes came. */
export type Sink<Piece> = {
  /** False: enough for now, until `resume`. A piece that comes all the same is taken too. */
  readonly take: (piece: Piece) => boolean
  ended(): void
  failed(reason: unknown): void
}

/** An answer that has begun. It has one sink; what came before it is kept. */
export type Flow<Piece> = {
  into(sink: Sink<Piece>): void
  readonly resume: () => void
}

/**
 * Turns a vendor's bytes into something else, piece by piece. It has no properties that are computed: V8 makes a hidden class of its own
 * for each object that is written with a getter, in the old generation, and that keeps all of the request until the next full collection.
 */
export type Translator<Out> = {
  /** What a chunk gives; undefined when nothing is worth sending yet. Throws `VendorFailure` on the vendor's own error event. */
  feed(chunk: Buffer): Out | undefined
  /** What went wrong after that which `feed` has just given. */
  failure(): Error | undefined
  /** The bytes are over: what a last line without its line break still gives. */
  finish?(): Out | undefined
  /** The model has begun to answer, even if nothing of it can be sent yet. */
  readonly hasStarted: () => boolean
  /** The vendor's end mark was seen. */
  readonly hasEnded: () => boolean
}

/** So many pieces wait for the sink before the vendor waits. */
const mostHeld = 64
const lineFeed = 0x0a

/**
 * Asks, and resolves with the first piece of the answer; a failure before it rejects. An answer is read to its end mark; one that ends
 * before it is broken, whatever its form says.
 */
export const openFlow = <Piece>(
  provider: string,
  translator: Translator<Piece>,
  ask: (reader: AnswerReader) => Connection,
): Promise<Flow<Piece>> =>
  new Promise((resolve, reject) => {
    let sink: Sink<Piece> | undefined
    let held: Piece[] = []
    let outcome: { readonly reason?: unknown } | undefined
    let opened = false

    const tell = (to: Sink<Piece>): void => {
      if (!outcome) return
      if ('reason' in outcome) to.failed(outcome.reason)
      else to.ended()
    }
    const end = (how: { readonly reason?: unknown }): void => {
      outcome = how
      if (sink) tell(sink)
      else if (!opened) reject('reason' in how ? (how.reason as Error) : broken('said nothing'))
    }
    const broken = (what: string): VendorFailure =>
      new VendorFailure('broken', `The model provider "${provider}" ${what}`)

    const flow: Flow<Piece> = {
      into(to) {
        sink = to
        let more = true
        for (const piece of held) more = to.take(piece) && more
        held = []
        if (outcome) tell(to)
        else if (more) connection.resume()
        else connection.pause()
      },
      resume: () => connection.resume(),
    }
    const give = (piece: Piece): void => {
      if (sink) {
        if (!sink.take(piece)) connection.pause()
        return
      }
      held.push(piece)
      if (held.length > mostHeld) connection.pause()
      if (opened) return
      opened = true
      resolve(flow)
    }

    const connection = ask({
      came(chunk) {
        const { deadline } = connection
        // A vendor that drips bytes without ever ending a line says nothing.
        if (chunk.includes(lineFeed)) deadline.heard()
        let out: Piece | undefined
        try {
          out = translator.feed(chunk)
        } catch (error) {
          return connection.fail(error)
        }
        if (translator.hasStarted()) deadline.started()
        if (out !== undefined) give(out)
        const failure = translator.failure()
        if (failure) return connection.fail(failure)
        if (!translator.hasEnded()) return
        connection.done()
        end({})
      },
      ended() {
        let last: Piece | undefined
        try {
          last = translator.finish?.()
        } catch (reason) {
          return end({ reason })
        }
        if (last !== undefined) give(last)
        end(
          translator.hasEnded()
            ? {}
            : {
                reason: new VendorFailure(
                  'broken',
                  `The answer of the model provider "${provider}" broke off before its end`,
                ),
              },
        )
      },
      failed: (reason) => end({ reason }),
    })
  })
