import { WebSocket } from 'ws'
import type { LogFrame, ServerFrame } from '@codelab/contracts/frames'
import { until } from '../../support/until.ts'
import type { Finding } from './check-ledger.ts'

/** A second device that forgives nothing. */
export type WireWatcher = {
  /** What was wrong with the wire up to a frame of the session's log, which is waited for. */
  check(log: readonly LogFrame[]): Promise<Finding[]>
  close(): void
}

const reconnectMs = 100
/** A connection that brings nothing for so long may be dead. */
const silenceMs = 3_000
const lastFrameWithinMs = 30_000

/**
 * Follows a session from its first frame on, over as many connections as it takes. Our own engine drops a frame that comes twice and
 * asks again where one is missing, so that nobody sees it; here every frame that is not the very next one counts.
 */
export function watchWire(wanted: {
  readonly gateway: string
  readonly token: string
  readonly session: string
}): WireWatcher {
  const { gateway, token, session } = wanted
  const findings: Finding[] = []
  let last = 0
  let closed = false
  let current: WebSocket | undefined

  const take = ({ seq }: LogFrame) => {
    const what = `on the wire: seq ${seq} after ${last}`
    if (seq <= last) findings.push({ kind: 'duplicated frame', session, what, times: 1 })
    if (seq > last + 1) findings.push({ kind: 'lost frame', session, what, times: seq - last - 1 })
    last = Math.max(last, seq)
  }
  const connect = () => {
    if (closed) return
    const socket = new WebSocket(
      `${gateway.replace(/^http/, 'ws')}/ws/${session}?role=viewer&after=${last}`,
      { headers: { authorization: `Bearer ${token}` }, handshakeTimeout: silenceMs },
    )
    current = socket
    const silence = setTimeout(() => socket.terminate(), silenceMs)
    socket.on('message', (data: Buffer) => {
      silence.refresh()
      const frame = JSON.parse(data.toString()) as ServerFrame
      if ('seq' in frame) take(frame)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(silence)
      setTimeout(connect, reconnectMs)
    })
  }
  connect()

  return {
    async check(log) {
      const end = log.at(-1)?.seq ?? 0
      const arrived = await until('the last frame', () => last >= end, lastFrameWithinMs).catch(
        () => false,
      )
      if (!arrived) {
        const what = `on the wire: nothing after ${last} of ${end}`
        findings.push({ kind: 'lost frame', session, what, times: end - last })
      }
      return findings
    },
    close() {
      closed = true
      current?.terminate()
    },
  }
}
