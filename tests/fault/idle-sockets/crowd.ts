import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { ServerFrame } from '@codelab/contracts/frames'
import { until } from '../../support/until.ts'

type Place = { readonly session: string; readonly token: string }

/** One end of a socket, and when it came about. */
export type Close = { readonly code: number; readonly at: number }

export type Crowd = {
  /** Resolves when each has been ended since then and has been greeted again. */
  allBack(since: number): Promise<void>
  /** Milliseconds from the end of a socket to the greeting of its next one, for those that came back since `since`. */
  backAfterMs(since: number): number[]
  /** Ends of sockets since then. */
  closes(since: number): Close[]
  /** Sends a frame on every socket and resolves with how many of them saw its echo, whole and once. */
  echoes(): Promise<number>
  leave(): Promise<void>
}

/** Opened side by side; people do not come all in the same instant but after an outage. */
const openingAtOnce = 50
const againMs = 100
const echoWithinMs = 60_000
/** A crowd that is not back after so long is given up. */
const backWithinMs = 60_000

/** Sockets that say nothing and come back at once, after the last `seq` they have seen, whenever they are cut. */
export async function gather(gateway: string, places: readonly Place[]): Promise<Crowd> {
  const address = gateway.replace(/^http/, 'ws')
  const closes: Close[] = []
  const returns: { at: number; ms: number }[] = []
  let leaving = false

  const member = ({ session, token }: Place) => {
    let socket: WebSocket
    let greeted = Promise.withResolvers<void>()
    let isIn = false
    let lastSeq = 0
    let goneAt: number | undefined
    const echoed = new Map<string, number>()

    const onFrame = (frame: ServerFrame) => {
      if ('seq' in frame) lastSeq = frame.seq
      if (frame.type === 'file_changed') echoed.set(frame.path, (echoed.get(frame.path) ?? 0) + 1)
      if (frame.type !== 'session') return
      isIn = true
      const now = performance.now()
      if (goneAt !== undefined) returns.push({ at: now, ms: now - goneAt })
      goneAt = undefined
      greeted.resolve()
    }
    const open = () => {
      socket = new WebSocket(`${address}/ws/${session}?after=${lastSeq}`, {
        headers: { authorization: `Bearer ${token}` },
        perMessageDeflate: false,
      })
      socket.on('message', (data: Buffer) => onFrame(JSON.parse(data.toString()) as ServerFrame))
      socket.on('error', () => undefined)
      socket.once('close', (code) => {
        const wasIn = isIn
        if (wasIn) {
          goneAt = performance.now()
          closes.push({ code, at: goneAt })
          greeted = Promise.withResolvers()
          isIn = false
        }
        if (leaving) return
        if (wasIn) open()
        else setTimeout(open, againMs * (0.5 + Math.random()))
      })
    }
    open()
    return {
      greeted: () => greeted.promise,
      isIn: () => isIn,
      say(path: string) {
        const timestamp = new Date().toISOString()
        socket.send(JSON.stringify({ type: 'file_changed', path, timestamp }))
      },
      heard: (path: string) => echoed.get(path) ?? 0,
      close: () => socket.close(),
      isClosed: () => socket.readyState === WebSocket.CLOSED,
    }
  }

  const members: ReturnType<typeof member>[] = []
  for (let at = 0; at < places.length; at += openingAtOnce) {
    const next = places.slice(at, at + openingAtOnce).map(member)
    await Promise.all(next.map(({ greeted }) => greeted()))
    members.push(...next)
  }
  const outside = () => members.filter(({ isIn }) => !isIn()).length

  return {
    async allBack(since) {
      const ended = () => closes.filter(({ at }) => at >= since).length
      await until(
        () => `all sockets to be back; ${ended()} ended, ${outside()} are not back`,
        () => ended() >= members.length && outside() === 0,
        backWithinMs,
      )
    },
    backAfterMs: (since) => returns.filter(({ at }) => at >= since).map(({ ms }) => ms),
    closes: (since) => closes.filter(({ at }) => at >= since),
    async echoes() {
      const path = `${randomUUID()}.txt`
      const heard = () => members.filter((each) => each.heard(path) === 1).length
      for (const each of members) each.say(path)
      await until('the echoes', () => heard() === members.length, echoWithinMs).catch(() => {})
      return heard()
    },
    async leave() {
      leaving = true
      for (const each of members) each.close()
      await until('the crowd to leave', () => members.every((each) => each.isClosed()))
    },
  }
}
