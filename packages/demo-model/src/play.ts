import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame } from './dialect.ts'
import type { Fault, Pace, Position } from './reply.ts'

export type Performance = {
  readonly frames: readonly Frame[]
  readonly pace: Required<Pace>
  readonly fault: Fault | undefined
  readonly garbage: string
  readonly errorFrame: string
}

type Sent = { tokens: number; frames: number; bytes: number }

/**
 * Streams the frames at their pace and goes wrong where the fault says. Headers must have been set.
 * Rejects with the signal's AbortError when the reader goes away.
 */
export async function play(
  out: ServerResponse,
  show: Performance,
  signal: AbortSignal,
): Promise<void> {
  const sent: Sent = { tokens: 0, frames: 0, bytes: 0 }
  const write = writer({ out, signal, fault: show.fault, sent })
  const began = performance.now()
  let dueFault = show.fault && 'after' in show.fault ? show.fault : undefined

  for (const frame of show.frames) {
    if (dueFault && isDue(dueFault.after, sent, frame)) {
      if (await goWrong(dueFault, { out, show, signal, write })) return
      dueFault = undefined
    }
    if (isWithheld(frame, show.fault)) continue
    if (frame.kind === 'token') {
      if (show.fault?.kind === 'hang') await waitForEver(signal)
      await dueTime(began, sent.tokens, show.pace, signal)
      sent.tokens += 1
    }
    if (await write(frame.data)) return void out.destroy()
    sent.frames += 1
  }
  out.end()
}

const isWithheld = (frame: Frame, fault: Fault | undefined): boolean =>
  frame.kind === 'mark' && fault?.kind === 'no_end_mark'

type StreamFault = Extract<Fault, { after: Position }>
type Stage = {
  readonly out: ServerResponse
  readonly show: Performance
  readonly signal: AbortSignal
  readonly write: (data: string) => Promise<boolean>
}

/** Answers true when nothing follows. */
async function goWrong(fault: StreamFault, stage: Stage): Promise<boolean> {
  const { out, show, signal, write } = stage
  if (fault.kind === 'cut') out.destroy()
  if (fault.kind === 'stall') await waitForEver(signal)
  if (fault.kind === 'garbage') await write(show.garbage)
  if (fault.kind === 'error') {
    await write(show.errorFrame)
    out.end()
  }
  return fault.kind !== 'garbage'
}

/** Never ends but by the reader's going. */
export const waitForEver = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error)
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

/** A position that the stream does not reach counts as just before its end mark. */
function isDue(after: Position, sent: Sent, frame: Frame): boolean {
  if (frame.kind === 'mark') return true
  if ('tokens' in after) return sent.tokens >= after.tokens && frame.kind !== 'open'
  return 'frames' in after && sent.frames >= after.frames
}

/** Waits until the token's moment; a late stream catches up instead of adding waits. */
async function dueTime(began: number, token: number, pace: Required<Pace>, signal: AbortSignal) {
  const spacing = pace.tokensPerSecond > 0 ? 1000 / pace.tokensPerSecond : 0
  const wait = began + pace.firstTokenAfterMs + token * spacing - performance.now()
  if (wait >= 1) await sleep(wait, undefined, { signal })
  else signal.throwIfAborted()
}

type Writer = {
  readonly out: ServerResponse
  readonly signal: AbortSignal
  readonly fault: Fault | undefined
  readonly sent: Sent
}

/** Answers true when the byte at which to cut has been reached. */
function writer({ out, signal, fault, sent }: Writer) {
  const drip = fault?.kind === 'drip' ? fault : undefined
  const cutAt = fault?.kind === 'cut' && 'bytes' in fault.after ? fault.after.bytes : Infinity
  return async (data: string): Promise<boolean> => {
    const bytes = Buffer.from(data).subarray(0, Math.max(0, cutAt - sent.bytes))
    for (const piece of drip ? piecesOf(bytes, drip.bytes) : [bytes]) {
      if (drip) await sleep(drip.everyMs, undefined, { signal })
      await writeThrough(out, piece)
      signal.throwIfAborted()
    }
    sent.bytes += bytes.length
    return sent.bytes >= cutAt
  }
}

const piecesOf = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )

/** Resolves once the bytes have left the process, so that a cut right after them loses none. */
const writeThrough = (out: ServerResponse, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => {
    // An error here means that the reader has gone, which the signal tells.
    out.write(bytes, () => resolve())
  })
