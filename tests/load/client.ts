import { WebSocket } from 'ws'
import type { ServerFrame } from '@codelab/contracts/frames'

export type Client = {
  /** Sends a message and resolves when its turn has ended; fails when the turn does. */
  ask(content: string, model: string): Promise<void>
  close(): Promise<void>
}

type Wanted = {
  readonly gateway: string
  readonly token: string
  readonly session: string
  /** Called with each frame and the moment of its arrival, taken before it is parsed. */
  readonly onFrame: (frame: ServerFrame, at: number) => void
}

/** A client as light as can be: what it costs is measured along. Resolves once the gateway has greeted it. */
export function connect({ gateway, token, session, onFrame }: Wanted): Promise<Client> {
  const socket = new WebSocket(`${gateway.replace(/^http/, 'ws')}/ws/${session}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const greeted = Promise.withResolvers<Client>()
  let turn = Promise.withResolvers<void>()
  turn.promise.catch(() => undefined)
  const fail = (error: Error) => {
    greeted.reject(error)
    turn.reject(error)
  }
  const client: Client = {
    ask(content, model) {
      turn = Promise.withResolvers()
      socket.send(JSON.stringify({ type: 'user_message', content, model }))
      return turn.promise
    },
    close: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve())
        socket.close()
      }),
  }
  socket.on('message', (data: Buffer) => {
    const at = performance.now()
    const frame = JSON.parse(data.toString()) as ServerFrame
    onFrame(frame, at)
    if (frame.type === 'session') greeted.resolve(client)
    if (frame.type === 'error') fail(new Error(`${frame.code}: ${frame.message}`))
    if (frame.type === 'turn' && frame.state === 'finished') turn.resolve()
    if (frame.type === 'turn' && frame.state === 'failed') fail(new Error('the turn failed'))
  })
  socket.on('error', fail)
  socket.on('close', (code) => fail(new Error(`the gateway closed the socket with ${code}`)))
  return greeted.promise
}
