import type { Socket } from 'node:net'

/** The ways in which a connection breaks. */
export const ways = ['fin', 'rst', 'black-hole', 'mid-frame'] as const
export type Way = (typeof ways)[number]

export type Joined = {
  /** When the server's side last said something, by `performance.now()`. */
  saidAt(): number
  /** False once it was cut, or has ended. */
  isWhole(): boolean
  cut(way: Way): void
  /** Resolves when both sides are gone. */
  readonly gone: Promise<void>
}

/** A chunk that was cut in the middle is followed by the reset only after the first half had time to arrive. */
const halfArrivesMs = 5
/** How long a cut in the middle of a frame waits for a frame. */
const nextFrameWithinMs = 1_000

/** Passes bytes between the two sides of one connection, until one ends it or it is cut. */
export function joinSockets(client: Socket, server: Socket): Joined {
  let state: 'whole' | 'halving' | 'cut' = 'whole'
  let saidAt = 0
  const reset = () => {
    state = 'cut'
    client.resetAndDestroy()
    server.resetAndDestroy()
  }
  const halve = (chunk: Buffer) => {
    state = 'cut'
    client.write(chunk.subarray(0, Math.floor(chunk.length / 2)))
    setTimeout(reset, halfArrivesMs)
  }

  const pass = (from: Socket, to: Socket) => {
    from.on('data', (chunk: Buffer) => {
      // What is swallowed is still read, so that the end of this side is noticed.
      if (state === 'cut') return
      if (from === server) saidAt = performance.now()
      if (state === 'halving' && from === server) return halve(chunk)
      if (to.write(chunk)) return
      from.pause()
      to.once('drain', () => from.resume())
    })
    from.on('end', () => {
      if (state !== 'cut') to.end()
    })
    from.on('error', () => undefined)
    from.once('close', (failed) => {
      if (state === 'cut') return
      if (failed) to.resetAndDestroy()
      else to.destroySoon()
    })
  }
  pass(client, server)
  pass(server, client)
  const closed = (socket: Socket) =>
    new Promise<void>((resolve) => void socket.once('close', () => resolve()))

  return {
    saidAt: () => saidAt,
    isWhole: () => state === 'whole' && !client.destroyed && !server.destroyed,
    cut(way) {
      if (way === 'rst') return reset()
      if (way === 'mid-frame') {
        state = 'halving'
        setTimeout(reset, nextFrameWithinMs).unref()
        return
      }
      state = 'cut'
      // Swallowing needs reading: a side that waits for the other to drain reads on.
      for (const side of [client, server]) side.resume()
      if (way === 'fin') for (const side of [client, server]) side.destroySoon()
    },
    gone: Promise.all([closed(client), closed(server)]).then(() => undefined),
  }
}
