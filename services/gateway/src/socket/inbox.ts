import { clientFrames, limits, type ClientFrame } from '@codelab/contracts/frames'
import { parseFrame } from '@codelab/runtime/parse-frame'
import type { RawData, WebSocket } from 'ws'
import { createLaneQueue } from './lane-queue.ts'
import { lanesOf } from './lanes.ts'

/** Frames of one socket that may wait or run at once, and their bytes; past either, reading pauses. */
const maxFrames = 256
const maxBytes = limits.frame_bytes + limits.result_bytes

export type Inbox = ReturnType<typeof createInbox>

/**
 * The way in of one socket. Listens from the moment it is made, but reads on only after `start`, so that nothing sent early is lost and
 * little is held. `run` must not reject. `onBad` gets what is no frame.
 */
export function createInbox({
  ws,
  mayTake,
  onBad,
  run,
}: {
  ws: WebSocket
  /** Asked once per frame; false drops it. */
  mayTake: () => boolean
  onBad: (message: string, inReplyTo: string | undefined) => void
  run: (frame: ClientFrame) => Promise<void>
}) {
  let held: [RawData, boolean][] | undefined = []
  let stopped = false
  let queue: ReturnType<typeof createLaneQueue> | undefined
  /** Made with the first frame. */
  const lanes = () =>
    (queue ??= createLaneQueue({
      maxTasks: maxFrames,
      maxWeight: maxBytes,
      onFull: () => ws.pause(),
      onRoom: () => ws.resume(),
    }))

  const take = (data: RawData, isBinary: boolean) => {
    if (stopped || !mayTake()) return
    if (isBinary) return onBad('The frame is binary; send JSON as text.', undefined)
    const bytes = data as Buffer // with the default binaryType a message is one Buffer
    const parsed = parseFrame(clientFrames, bytes.toString('utf8'))
    if (!parsed.ok) return onBad(parsed.message, parsed.inReplyTo)
    const { frame } = parsed
    lanes().add(lanesOf(frame), bytes.length, () => run(frame))
  }

  ws.on('message', (data, isBinary) => {
    if (held) held.push([data, isBinary])
    else take(data, isBinary)
  })
  ws.pause()

  return {
    start(): void {
      const early = held ?? []
      held = undefined
      ws.resume()
      for (const [data, isBinary] of early) take(data, isBinary)
    },
    /** What comes from now on is dropped unanswered. */
    stop(): void {
      stopped = true
      held = undefined
      ws.resume()
    },
    /** Resolves once all that was taken has been handled. */
    idle: (): Promise<void> => queue?.idle() ?? Promise.resolve(),
  }
}
