import type { ServerFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import type { AccessToken, Account } from '../account/account.ts'
import { socketAddress } from '../account/server-address.ts'
import { backOff } from './back-off.ts'
import { type Ending, nextAfter } from './close-reason.ts'
import { type Connection, type Heartbeat, openConnection } from './connection.ts'
import { createCursor } from './cursor.ts'
import { createOutbox, type Posting } from './outbox.ts'
import { readFrame } from './read-frame.ts'
import { createTokenKeeper } from './token-keeper.ts'

export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'waiting'; readonly ms: number; readonly reason: string }
  | { readonly state: 'expired' }
  | { readonly state: 'ended'; readonly failure?: Failure }

export type SessionSocket = {
  /** Sends, and sends again over every new connection, until the server has taken it. */
  post<Value>(posting: Posting<Value>): Promise<Value>
  close(): void
}

export type SessionSocketOptions = {
  readonly account: Pick<Account, 'server' | 'token'>
  readonly sessionId: string
  readonly viewer?: boolean
  /** The last `seq` already known; absent: the running turn from its start. */
  readonly after?: number
  /** For Accept-Language. */
  readonly language?: string
  /** Each frame of the log once and in order; frames outside the log as they come. */
  readonly onFrame: (frame: ServerFrame) => void
  /** All that had been said before this connection has been passed to `onFrame`. */
  readonly onCaughtUp?: () => void
  /** What was missed is no longer kept: read the messages. */
  readonly onReset?: () => void
  readonly onConnection?: (state: ConnectionState) => void
  /** How long to go on trying: before the first connection, and after a lost one. */
  readonly patienceMs?: { readonly first: number; readonly later: number }
  readonly heartbeat?: Heartbeat
  readonly now?: () => number
  readonly random?: () => number
}

const usualPatience = { first: 5_000, later: Number.POSITIVE_INFINITY }
/** A replay that pauses this long after the first frame has nothing more to say. */
const quietMs = 1_500

/** A session's connection that outlives its sockets: reconnects with the last `seq`, keeps the token good, loses and repeats nothing. */
export function createSessionSocket(options: SessionSocketOptions): SessionSocket {
  const { account, onFrame, onConnection = () => undefined } = options
  const { now = Date.now, random = Math.random, patienceMs = usualPatience } = options
  const cursor = createCursor(options.after)
  let connection: Connection | undefined
  let token: AccessToken | undefined
  let refused: string | undefined
  let ready = false
  let everReady = false
  let stopped = false
  let attempt = 0
  let target = 0
  let tryingSince = performance.now()
  let timer: NodeJS.Timeout | undefined
  let quiet: NodeJS.Timeout | undefined

  const outbox = createOutbox((frame) => {
    if (!ready || !connection) return false
    connection.send(frame)
    return true
  })
  const keeper = createTokenKeeper({
    account,
    now,
    show: (value) => connection?.send({ type: 'authenticate', token: value }),
    lost: (failure) => finish({ state: 'ended', failure }),
  })

  function finish(state: ConnectionState): void {
    if (stopped) return
    stopped = true
    clearTimeout(timer)
    clearTimeout(quiet)
    keeper.stop()
    connection?.close()
    const ended = new Failure('unavailable', { message: 'The conversation was closed.' })
    outbox.fail((state.state === 'ended' && state.failure) || ended)
    onConnection(state)
  }

  const caughtUp = () => {
    clearTimeout(quiet)
    if (ready || stopped) return
    ready = true
    everReady = true
    attempt = 0
    onConnection({ state: 'open' })
    options.onCaughtUp?.()
    outbox.flush()
  }
  const checkCaughtUp = () => {
    if ((cursor.last() ?? 0) >= target) return caughtUp()
    clearTimeout(quiet)
    quiet = setTimeout(caughtUp, quietMs)
    return undefined
  }

  const begin = (frame: Extract<ServerFrame, { type: 'session' }>) => {
    if (token) keeper.watch(token)
    refused = undefined
    target = frame.last_seq
    if (cursor.last() === undefined) {
      if (frame.state === 'idle') cursor.jump(frame.last_seq)
    } else if (!frame.resumed && cursor.last() !== frame.last_seq) {
      cursor.jump(frame.state === 'idle' ? frame.last_seq : undefined)
      options.onReset?.()
    }
    onFrame(frame)
    checkCaughtUp()
  }

  /** False when frames are missing before this one: the line is dropped and the rest asked for again. */
  const inOrder = (seq: number): boolean => {
    const sight = cursor.take(seq)
    if (sight === 'gap') connection?.drop()
    return sight === 'new'
  }

  const take = (frame: ServerFrame) => {
    if (frame.type === 'session') return begin(frame)
    if ('seq' in frame && !inOrder(frame.seq)) return undefined
    if (frame.type === 'error' && frame.code === 'token_expired') keeper.refused()
    onFrame(frame)
    outbox.judge(frame)
    if (frame.type === 'authenticated') {
      outbox.lost()
      outbox.flush()
    }
    if (!ready && 'seq' in frame) checkCaughtUp()
    return undefined
  }

  const onText = (text: string) => {
    const read = readFrame(text)
    if (read.kind === 'frame') take(read.frame)
    else if (read.seq !== undefined && inOrder(read.seq) && !ready) checkCaughtUp()
  }

  const reconnect = (reason: string, waitMs: number) => {
    const patience = everReady ? patienceMs.later : patienceMs.first
    if (performance.now() - tryingSince + waitMs > patience) {
      const message = `No connection to ${account.server}: ${reason}. Check that the server runs and can be reached.`
      return finish({ state: 'ended', failure: new Failure('unavailable', { message }) })
    }
    onConnection({ state: 'waiting', ms: waitMs, reason })
    timer = setTimeout(() => void connect(), waitMs)
    return undefined
  }

  const onEnd = (ending: Ending) => {
    connection = undefined
    clearTimeout(quiet)
    keeper.stop()
    outbox.lost()
    if (stopped) return undefined
    if (ready) tryingSince = performance.now()
    ready = false
    const next = nextAfter(ending)
    const reason = ending.reason || `the line was cut (${ending.code})`
    switch (next.act) {
      case 'stop':
        return finish({ state: 'ended', failure: next.failure })
      case 'expired':
        return finish({ state: 'expired' })
      case 'refresh':
        return refreshAndReconnect(reason)
      case 'reconnect':
        return reconnect(reason, next.waitMs ?? backOff(next.soon ? 0 : attempt++, random))
    }
  }

  /** A token that was turned down is replaced once; a fresh one turned down as well ends the sign-in. */
  const refreshAndReconnect = (reason: string) => {
    if (refused !== undefined && refused !== token?.value) {
      const message = `${account.server} does not accept your sign-in. Run: codelab login --server ${account.server}`
      return finish({ state: 'ended', failure: new Failure('unauthorized', { message }) })
    }
    refused = token?.value
    onConnection({ state: 'waiting', ms: 0, reason })
    void connect()
    return undefined
  }

  async function connect(): Promise<void> {
    if (stopped) return
    onConnection({ state: 'connecting' })
    try {
      token = await account.token(refused)
    } catch (error) {
      const failure = error instanceof Failure ? error : undefined
      if (failure?.code === 'unavailable') reconnect(failure.message, backOff(attempt++, random))
      else finish({ state: 'ended', ...(failure && { failure }) })
      return
    }
    if (stopped) return
    connection = openConnection({
      url: addressOf(options, cursor.last()),
      headers: {
        authorization: `Bearer ${token.value}`,
        ...(options.language && { 'accept-language': options.language }),
      },
      onText,
      onEnd,
      ...(options.heartbeat && { heartbeat: options.heartbeat }),
    })
  }

  void connect()
  return {
    post: (posting) =>
      stopped
        ? Promise.reject(
            new Failure('unavailable', { message: 'The conversation was closed before this.' }),
          )
        : outbox.post(posting),
    close: () => finish({ state: 'ended' }),
  }
}

function addressOf(options: SessionSocketOptions, after: number | undefined): string {
  const url = new URL(
    `${socketAddress(options.account.server)}/ws/${encodeURIComponent(options.sessionId)}`,
  )
  if (after !== undefined) url.searchParams.set('after', String(after))
  if (options.viewer) url.searchParams.set('role', 'viewer')
  return url.href
}
