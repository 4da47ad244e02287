import type { ServerFrame } from '@codelab/contracts/frames'
import { messagePosting } from '@codelab/engine/gateway/postings'
import {
  type ConnectionState,
  createSessionSocket,
  type SessionSocket,
  type SessionSocketOptions,
} from '@codelab/engine/gateway/session-socket'
import { until } from '../../support/until.ts'
import { startStandIn, type StandIn } from './stand-in.ts'

let standIn: StandIn
beforeEach(async () => {
  standIn = await startStandIn()
})
const open = new Set<SessionSocket>()
afterEach(async () => {
  for (const socket of open) socket.close()
  open.clear()
  await standIn.stop()
})

const farAway = Date.now() + 3_600_000

function connect(options: Partial<SessionSocketOptions> = {}) {
  const frames: ServerFrame[] = []
  const states: ConnectionState[] = []
  const refused: (string | undefined)[] = []
  let number = 1
  const socket = createSessionSocket({
    sessionId: 's',
    account: {
      server: standIn.url,
      token: async (token) => {
        refused.push(token)
        if (token !== undefined) number += 1
        return { value: `token-${number}`, renewAt: farAway }
      },
    },
    onFrame: (frame) => void frames.push(frame),
    onConnection: (state) => void states.push(state),
    random: () => 0,
    ...options,
  })
  open.add(socket)
  return {
    socket,
    frames,
    states,
    refused,
    seqs: () => frames.flatMap((frame) => ('seq' in frame ? [frame.seq] : [])),
    opened: (times = 1) =>
      until('the connection', () => states.filter(({ state }) => state === 'open').length >= times),
    ended: () =>
      until('the end', () => states.find(({ state }) => state === 'ended' || state === 'expired')),
  }
}

const piece = (text: string) =>
  ({ type: 'assistant_message', message_id: 'm', token: text, is_final: false }) as const

describe('a session socket', () => {
  test('delivers every frame once and in order, and every message once, over a line that breaks again and again', async () => {
    const client = connect()
    await client.opened()
    let seen = 0
    standIn.onFrame = ((store) => (frame, socket) => {
      seen += 1
      // Before it is stored, after it is stored but before the echo, and after both: each of them now and then.
      if (seen % 5 === 1) return standIn.cut()
      store(frame, socket)
      standIn.append(piece('a'), piece('b'))
      if (seen % 3 === 0) standIn.cut()
      return undefined
    })(standIn.onFrame)
    const ids = Array.from({ length: 30 }, (_, index) => `message-${index}`)
    for (const id of ids) {
      await client.socket.post(messagePosting({ type: 'user_message', id, content: id }))
    }
    const stored = standIn.log.flatMap((frame) => (frame.type === 'user_message' ? [frame.id] : []))
    expect(stored.toSorted()).toEqual(ids.toSorted())
    expect(standIn.received.length).toBeGreaterThan(ids.length)
    standIn.append(piece('end'))
    await until('the last frame', () => client.seqs().at(-1) === standIn.log.length)
    expect(client.seqs()).toEqual(standIn.log.map(({ seq }) => seq))
    expect(standIn.upgrades.length).toBeGreaterThan(5)
  }, 60_000)

  test('begins with the running turn, and reconnects with the last frame it saw', async () => {
    standIn.append({ type: 'user_message', id: 'old', content: 'old' })
    standIn.append({ type: 'turn', state: 'started', turn_id: 't' }, piece('a'))
    const client = connect()
    await client.opened()
    expect(client.seqs()).toEqual([2, 3])
    standIn.close(1012)
    await client.opened(2)
    expect(standIn.upgrades.map(({ url }) => url)).toEqual(['/ws/s', '/ws/s?after=3'])
  })

  test('asks again when frames are missing', async () => {
    const client = connect()
    await client.opened()
    standIn.append(piece('a'))
    standIn.tell({ seq: 9, ...piece('from the future') })
    await client.opened(2)
    standIn.append(piece('b'))
    await until('the frames', () => client.seqs().length === 2)
    expect(client.seqs()).toEqual([1, 2])
    expect(standIn.upgrades.at(-1)?.url).toBe('/ws/s?after=1')
  })

  test('passes over frames of a newer server without losing its place', async () => {
    const client = connect()
    await client.opened()
    standIn.tell({ type: 'hologram', seq: 1 } as unknown as ServerFrame) // a type that the contract does not know
    standIn.tell({ seq: 2, ...piece('a') })
    await until('the frame', () => client.seqs().length === 1)
    expect(standIn.upgrades).toHaveLength(1)
  })

  test('tells when what it missed is no longer kept', async () => {
    let resets = 0
    const client = connect({ onReset: () => void (resets += 1) })
    await client.opened()
    standIn.append(piece('a'))
    await until('the frame', () => client.seqs().length === 1)
    standIn.onOpen = (socket) => {
      socket.terminate()
      return false
    }
    standIn.cut()
    standIn.append(piece('b'), piece('c'), piece('d'))
    standIn.kept = 4
    standIn.onOpen = () => true
    await client.opened(2)
    standIn.append(piece('e'))
    await until('the next frame', () => client.seqs().at(-1) === 5)
    expect(resets).toBe(1)
  })

  test('drops a line on which nothing answers any more', async () => {
    const client = connect({ heartbeat: { silenceMs: 40, graceMs: 40 } })
    await client.opened()
    for (const socket of standIn.sockets) socket.pause()
    await client.opened(2)
  })

  test('replaces a refused token once and connects again', async () => {
    standIn.onOpen = (socket, request) => {
      if (request.headers.authorization === 'Bearer token-2') return true
      socket.close(4001, 'Invalid token')
      return false
    }
    const client = connect()
    await client.opened()
    expect(client.refused).toEqual([undefined, 'token-1'])
  })

  test('asks for a new sign-in when the fresh token is refused as well', async () => {
    standIn.onOpen = (socket) => {
      socket.close(4001, 'Invalid token')
      return false
    }
    const client = connect()
    expect(await client.ended()).toMatchObject({ failure: { code: 'unauthorized' } })
    expect(standIn.upgrades).toHaveLength(2)
  })

  test('shows a fresh token before the old one ends, on the same socket', async () => {
    let calls = 0
    const client = connect({
      account: {
        server: standIn.url,
        token: async () => {
          calls += 1
          return { value: `token-${calls}`, renewAt: calls === 1 ? Date.now() : farAway }
        },
      },
    })
    await client.opened()
    await until('the fresh token', () => standIn.received.length > 0)
    expect(standIn.received).toEqual([{ type: 'authenticate', token: 'token-2' }])
    expect(standIn.upgrades).toHaveLength(1)
  })

  test('sends a message again that an expired token refused', async () => {
    let valid = false
    standIn.onFrame = ((store) => (frame, socket) => {
      if (frame.type === 'authenticate') {
        valid = frame.token === 'token-2'
        standIn.tell({ type: 'authenticated', expires_at: new Date(farAway).toISOString() })
        return
      }
      if (valid) return store(frame, socket)
      const id = 'id' in frame ? frame.id : undefined
      standIn.tell({
        type: 'error',
        code: 'token_expired',
        message: 'Token expired',
        ...(id && { in_reply_to: id }),
      })
    })(standIn.onFrame)
    const client = connect()
    await client.socket.post(messagePosting({ type: 'user_message', id: 'm', content: 'hi' }))
    expect(standIn.log).toMatchObject([{ type: 'user_message', id: 'm' }])
    expect(standIn.upgrades).toHaveLength(1)
  })

  test.each([
    [4003, 'ended', 'not_found'],
    [4009, 'ended', 'rate_limited'],
    [1009, 'ended', 'payload_too_large'],
    [4010, 'expired', undefined],
  ])('close code %i: %s', async (code, state, failure) => {
    const client = connect()
    await client.opened()
    const waiting = client.socket.post(
      messagePosting({ type: 'user_message', id: 'never', content: 'x' }),
    )
    waiting.catch(() => undefined)
    standIn.onFrame = () => undefined
    standIn.close(code)
    expect(await client.ended()).toMatchObject({
      state,
      ...(failure && { failure: { code: failure } }),
    })
  })

  test('says which server does not answer, and gives up when its patience ends', async () => {
    await standIn.stop()
    const client = connect({ patienceMs: { first: 300, later: 300 } })
    const end = await client.ended()
    expect(end).toMatchObject({ state: 'ended', failure: { code: 'unavailable' } })
    expect(end.state === 'ended' && end.failure?.message).toContain(standIn.url)
    standIn = await startStandIn()
  })
})
