import { type Dispatcher, errors } from 'undici'

/** So much waits for a slow reader before the vendor is made to wait too. */
const mostHeld = 65_536

/** The bytes of an answer, for one reader. */
export type AnswerBody = {
  /** What has come since the last call, at once or as soon as there is something; undefined at the end. Throws what broke the answer off. */
  next(): Promise<Buffer | undefined>
  /** Nobody reads on. What is left is read away when it is short and comes soon, so that the connection can be used again; else it is closed. */
  leave(within: { bytes: number; ms: number }): void
  /** Closes the connection. */
  destroy(): void
}

/** What the connection tells of it. */
export type Arriving = {
  readonly body: AnswerBody
  readonly came: (chunk: Buffer) => void
  readonly ended: () => void
  readonly failed: (error: Error) => void
}

/**
 * undici's own body is a stream of Node's, whose bookkeeping for each chunk costs more than all that is done with it here. This one holds
 * what came until it is asked for, and gives it in one piece.
 */
export const createAnswerBody = (controller: Dispatcher.DispatchController): Arriving => {
  let held: Buffer[] = []
  let size = 0
  let over = false
  let failure: Error | undefined
  let reader: PromiseWithResolvers<Buffer | undefined> | undefined
  let readingAway: { left: number; readonly timer: NodeJS.Timeout } | undefined

  const destroy = (): void => {
    if (!over && !failure) controller.abort(new errors.RequestAbortedError())
  }

  /** What is held. Going on may bring more at once, so that is done last. */
  const take = (): Buffer => {
    const all = held.length === 1 ? held[0]! : Buffer.concat(held)
    held = []
    size = 0
    controller.resume()
    return all
  }

  const body: AnswerBody = {
    next() {
      if (held.length > 0) return Promise.resolve(take())
      if (failure) return Promise.reject(failure)
      if (over) return Promise.resolve(undefined)
      reader = Promise.withResolvers()
      return reader.promise
    },
    leave({ bytes, ms }) {
      if (over || failure) return
      readingAway = { left: bytes - size, timer: setTimeout(destroy, ms).unref() }
      held = []
      if (readingAway.left < 0) destroy()
      else controller.resume()
    },
    destroy,
  }

  return {
    body,
    came(chunk) {
      if (readingAway) {
        readingAway.left -= chunk.length
        if (readingAway.left < 0) destroy()
      } else if (reader) {
        reader.resolve(chunk)
        reader = undefined
      } else {
        held.push(chunk)
        size += chunk.length
        if (size > mostHeld) controller.pause()
      }
    },
    ended() {
      over = true
      clearTimeout(readingAway?.timer)
      reader?.resolve(undefined)
    },
    failed(error) {
      failure = error
      clearTimeout(readingAway?.timer)
      reader?.reject(error)
    },
  }
}
