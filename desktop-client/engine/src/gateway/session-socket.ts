import type { ServerFrame } from '@codelab/contracts/frames'
import { Failure } from '@codelab/runtime/failure'
import type { AccessToken, Account } from '../account/account.ts'
import { lineFailure, suspended } from '../account/line-failure.ts'
import { socketAddress } from '../account/server-address.ts'
import { EngineFailure } from '../engine-failure.ts'
import { backOff } from './back-off.ts'
import { type Ending, nextAfter } from './close-reason.ts'
import { type Connection, type Heartbeat, openConnection } from './connection.ts'
import { createLogReader } from './log-reader.ts'
import { createOutbox, type Posting } from './outbox.ts'
import { readFrame } from './read-frame.ts'
import { createTokenKeeper } from './token-keeper.ts'

export type ConnectionState =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | {
      readonly state: 'waiting'
      readonly ms: number
      readonly reason: string
      /** What stands in the way, when it is more than a line that was cut. */
      readonly failure?: Failure
    }
  | { readonly state: 'expired' }
  | { readonly state: 'ended'; readonly failure?: Failure }

export type SessionSocket = {
  /** Sends, and sends again over every new connection, until the server has taken it. */
  post<Value>(posting: Posting<Value>): Promise<Value>
  /** Tries now instead of after the pause. Nothing to do when none waits. */
  retry(): void
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

/** A session's connection that outlives its sockets: reconnects with the last `seq`, keeps the token good, loses and repeats nothing. */
export function createSessionSocket(options: SessionSocketOptions): SessionSocket {
  const { account, onFrame, onConnection = () => undefined } = options
  const { now = Date.now, random = Math.random, patienceMs = usualPatience } = options
  let connection: Connection | undefined
  let token: AccessToken | undefined
  let refused: string | undefined
  let ready = false
  let everReady = false
  let stopped = false
  let attempt = 0
  let tryingSince = performance.now()
  let timer: NodeJS.Timeout | undefined

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
  const reader = createLogReader({
    after: options.after,
    onReset: () => options.onReset?.(),
    onCaughtUp: () => {
      if (stopped) return
      ready = true
      everReady = true
      attempt = 0
      onConnection({ state: 'open' })
      options.onCaughtUp?.()
      outbox.flush()
    },
  })

  function finish(state: ConnectionState): void {
    if (stopped) return
    stopped = true
    clearTimeout(timer)
    reader.lost()
    keeper.stop()
    connection?.close()
    const ended = new Failure('unavailable', { message: 'The conversation was closed.' })
    outbox.fail((state.state === 'ended' && state.failure) || ended)
    onConnection(state)
  }

  const begin = (frame: Extract<ServerFrame, { type: 'session' }>) => {
    if (token) keeper.watch(token)
    refused = undefined
    onFrame(frame)
    reader.begin(frame)
  }

  /** False for a frame that was taken before, and for one before which others are missing: then the line is dropped and the rest asked for again. */
  const isNext = (seq: number): boolean => {
    const sight = reader.take(seq)
    if (sight === 'gap') connection?.drop()
    return sight === 'new'
  }

  const take = (frame: ServerFrame): void => {
    if (frame.type === 'session') return begin(frame)
    if ('seq' in frame && !isNext(frame.seq)) return
    if (frame.type === 'error' && frame.code === 'token_expired') keeper.refused()
    onFrame(frame)
    outbox.judge(frame)
    if (frame.type === 'authenticated') outbox.resend()
    if ('seq' in frame) reader.handled()
  }

  const onText = (text: string) => {
    const read = readFrame(text)
    if (read.kind === 'frame') take(read.frame)
    else if (read.seq !== undefined && isNext(read.seq)) reader.handled()
  }

  const retry = () => {
    if (timer === undefined || stopped) return
    clearTimeout(timer)
    timer = undefined
    void connect()
  }

  const reconnect = (reason: string, waitMs: number, failure?: Failure): void => {
    const patience = everReady ? patienceMs.later : patienceMs.first
    if (performance.now() - tryingSince + waitMs > patience) {
      const advice = 'Check that the server runs and can be reached.'
      const message = `No connection to ${account.server}: ${reason}. ${advice}`
      return finish({
        state: 'ended',
        failure: failure ?? lineFailure(account.server, undefined, message),
      })
    }
    onConnection({ state: 'waiting', ms: waitMs, reason, ...(failure && { failure }) })
    timer = setTimeout(retry, waitMs)
  }

  /** A token that was turned down is replaced once; a fresh one turned down as well ends the sign-in. */
  const refreshAndReconnect = (reason: string): void => {
    if (refused !== undefined && refused !== token?.value) {
      const { server } = account
      const advice = `Run: codelab login --server ${server}`
      const message = `${server} does not accept your sign-in. ${advice}`
      return finish({
        state: 'ended',
        failure: new EngineFailure('unauthorized', 'signed_out', { message }),
      })
    }
    refused = token?.value
    onConnection({ state: 'waiting', ms: 0, reason })
    void connect()
  }

  const onEnd = (ending: Ending): void => {
    connection = undefined
    reader.lost()
    keeper.stop()
    outbox.lost()
    if (stopped) return
    if (ready) tryingSince = performance.now()
    ready = false
    const next = nextAfter(ending)
    const reason = ending.reason || `the line was cut (${ending.code})`
    if (next.act === 'stop') finish({ state: 'ended', failure: next.failure })
    else if (next.act === 'expired') finish({ state: 'expired' })
    else if (next.act === 'refresh') refreshAndReconnect(reason)
    else {
      const waitMs = next.waitMs ?? backOff(next.soon ? 0 : attempt++, random)
      reconnect(reason, waitMs, failureOf(account.server, ending))
    }
  }

  async function connect(): Promise<void> {
    if (stopped) return
    onConnection({ state: 'connecting' })
    try {
      token = await account.token(refused)
    } catch (error) {
      const failure = error instanceof Failure ? error : undefined
      if (failure?.code === 'unavailable')
        reconnect(failure.message, backOff(attempt++, random), failure)
      else finish({ state: 'ended', ...(failure && { failure }) })
      return
    }
    if (stopped) return
    connection = openConnection({
      url: addressOf(options, reader.after()),
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
    post: (posting) => {
      if (!stopped) return outbox.post(posting)
      const message = 'The conversation was closed before this was sent.'
      return Promise.reject(new Failure('unavailable', { message }))
    },
    retry,
    close: () => finish({ state: 'ended' }),
  }
}

/** What a refused or broken connection means for a person; undefined for a line that was merely cut. */
function failureOf(server: string, { status, error }: Ending): Failure | undefined {
  if (status === 503) return suspended(server)
  return error && lineFailure(server, error)
}

function addressOf(options: SessionSocketOptions, after: number | undefined): string {
  const url = new URL(
    `${socketAddress(options.account.server)}/ws/${encodeURIComponent(options.sessionId)}`,
  )
  if (after !== undefined) url.searchParams.set('after', String(after))
  if (options.viewer) url.searchParams.set('role', 'viewer')
  return url.href
}
