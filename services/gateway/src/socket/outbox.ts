import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { LiveFrame } from '@codelab/contracts/frames'
import type { RelayedEvent } from '../relay/event-splitter.ts'
import { textFrames } from './text-frame.ts'

const nothing = Buffer.alloc(0)

/** Past this many bytes waiting for the reader, the agent's stream is paused. */
const highWaterBytes = 256 * 1024

const asText = { binary: false, compress: false } as const

export type Outbox = ReturnType<typeof createOutbox>

/**
 * The way out of one socket. Relayed frames go out as the agent's bytes, all of one chunk in one write; `flushed` is told how long they took.
 * `stalledSince` is when the reader last took something while more waits for it.
 */
export function createOutbox({
  ws,
  raw,
  onFrames,
  onFlushed,
}: {
  ws: WebSocket
  /** The connection under `ws`, to join writes and to see what the reader has taken. */
  raw: Socket
  onFrames: (count: number) => void
  onFlushed: (seconds: number) => void
}) {
  let takenBytes = 0
  let takenAt = 0

  const isOpen = () => ws.readyState === ws.OPEN

  return {
    send(frame: LiveFrame): void {
      if (!isOpen()) return
      ws.send(JSON.stringify(frame), asText)
      onFrames(1)
    },
    /** False when the reader has no room for more. */
    relay(events: readonly RelayedEvent[]): boolean {
      if (!isOpen()) return true
      const started = performance.now()
      const flushed = () => onFlushed((performance.now() - started) / 1000)
      // Frames of `ws` are whole in what it has written, so ours may follow.
      raw.write(textFrames(events))
      if (raw.writableLength === 0) flushed()
      else raw.write(nothing, flushed)
      onFrames(events.length)
      return ws.bufferedAmount < highWaterBytes
    },
    /** Resolves when the reader has taken everything, or never if it has gone. */
    room: (): Promise<void> =>
      raw.writableNeedDrain
        ? new Promise((resolve) => void raw.once('drain', resolve))
        : Promise.resolve(),
    bufferedBytes: () => ws.bufferedAmount,
    /** Milliseconds during which frames have waited and the reader has taken nothing; to be asked every now and then. */
    stalledMs(now: number): number {
      const taken = raw.bytesWritten - raw.writableLength
      if (ws.bufferedAmount === 0 || taken !== takenBytes) {
        takenBytes = taken
        takenAt = now
      }
      return now - takenAt
    },
  }
}
