import { WebSocket } from 'ws'
import type { ServerFrame } from '@codelab/contracts/frames'
import { until } from './until.ts'

/** Asks for a token as the desktop client does. */
export async function signIn(
  gateway: string,
  username: string,
  password: string,
): Promise<{ access_token: string; refresh_token: string }> {
  const response = await fetch(`${gateway}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      client_id: 'codelab-desktop',
      username,
      password,
    }),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as { access_token: string; refresh_token: string }
}

export type FrameOf<Type extends ServerFrame['type']> = Extract<ServerFrame, { type: Type }>

/** A bare WebSocket client that keeps every frame it was sent. */
export async function openSocket({
  gateway,
  token,
  session,
  query = '',
  headers = {},
}: {
  gateway: string
  token?: string
  session: string
  query?: string
  headers?: Record<string, string>
}) {
  const socket = new WebSocket(`${gateway.replace(/^http/, 'ws')}/ws/${session}${query}`, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  })
  const frames: ServerFrame[] = []
  let closed: { code: number; reason: string } | undefined
  socket.on(
    'message',
    (data: Buffer) => void frames.push(JSON.parse(data.toString()) as ServerFrame),
  )
  socket.on('close', (code, reason) => void (closed = { code, reason: reason.toString() }))
  socket.on('error', () => undefined)
  await until('the socket to open', () => socket.readyState === WebSocket.OPEN || closed)

  const find = <Type extends ServerFrame['type']>(
    type: Type,
    matches: (frame: FrameOf<Type>) => boolean = () => true,
  ) =>
    frames.find(
      (frame): frame is FrameOf<Type> => frame.type === type && matches(frame as FrameOf<Type>),
    )
  return {
    socket,
    frames,
    send: (frame: object | string) =>
      socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    find,
    /** Waits for the first such frame, also one that came before. */
    waitFor: <Type extends ServerFrame['type']>(
      type: Type,
      matches?: (frame: FrameOf<Type>) => boolean,
    ) =>
      until(
        () => `a frame ${type}; there came ${JSON.stringify(frames).slice(0, 2_000)}`,
        () => find(type, matches),
        20_000,
      ),
    closed: () => until('the socket to close', () => closed),
    /** Final texts of the assistant, in order. */
    answers: () =>
      frames.flatMap((frame) =>
        frame.type === 'assistant_message' && frame.is_final ? [frame.content ?? ''] : [],
      ),
    close: () => socket.close(),
  }
}
export type TestSocket = Awaited<ReturnType<typeof openSocket>>
