import { randomUUID } from 'node:crypto'
import type { LogFrame } from '@codelab/contracts/frames'
import { createConversation, type Conversation } from '@codelab/engine/conversation/conversation'
import { openJournal } from '@codelab/engine/conversation/journal'
import { createLog } from '@codelab/runtime/log'
import { messageOf, type Wish } from './known-model.ts'
import { emptyLedger, type Ledger } from './ledger.ts'

export type Talker = {
  readonly ledger: Ledger
  /** Sends a message; resolves when it is acknowledged. */
  send(wish: Wish): Promise<void>
  /** The same, and resolves when its turn has ended. */
  ask(wish: Wish): Promise<void>
  /** Resolves when so many turns have ended, of those that this session ever had. */
  turnsEnded(count: number): Promise<void>
  /** Ends the client; nothing that it does afterwards is delivered. */
  close(): void
}

export type TalkerOptions = {
  readonly gateway: string
  readonly token: string
  /** Where the client notes what it has executed. */
  readonly journal: string
  /** Of a session that is there already; a client that starts has no frames of it yet. */
  readonly ledger?: Ledger
  /** Milliseconds from dialling until everything missed had been read; one for every connection but a client's first. */
  readonly onResumed?: (ms: number) => void
  /** Answers what a tool says; a promise that never settles is a client that dies while it executes. */
  readonly execute?: (path: string) => Promise<string>
}

/** Nobody waits half a minute in a test to notice that a line is dead. */
const heartbeat = { silenceMs: 1_500, graceMs: 1_000 }
/** Later than the end of every test. */
const renewAfterMs = 24 * 3_600_000
const log = createLog({ service: 'talker', level: 'fatal' })

const isLogged = (frame: object): frame is LogFrame => 'seq' in frame
/** How many turns have ended, as far as the client knows. */
export const endedTurns = ({ frames }: Ledger) =>
  frames.filter((frame) => frame.type === 'turn' && frame.state !== 'started').length

/** One conversation of the product's own client engine, which writes down in a ledger all that it was told and did. */
export function openTalker(options: TalkerOptions): Talker {
  const { ledger = emptyLedger(randomUUID()), onResumed } = options
  const waiting = new Set<() => void>()
  const journal = openJournal(options.journal)
  /** The engine runs one call at a time, each right after it has begun in the journal. */
  let begun = ''
  let dialledAt = 0
  let connections = 0
  let closed = false

  const conversation: Conversation = createConversation({
    account: {
      server: options.gateway,
      token: () => Promise.resolve({ value: options.token, renewAt: Date.now() + renewAfterMs }),
    },
    sessionId: ledger.session,
    log,
    tools: {
      journal: {
        ...journal,
        begin: (callId, tool, digest) => {
          begun = callId
          return journal.begin(callId, tool, digest)
        },
      },
      async execute(_tool, args) {
        const path = String(args['path'])
        ledger.runs.push({ callId: begun, path })
        return { result: (await options.execute?.(path)) ?? `the text of ${path}` }
      },
    },
    socket: {
      heartbeat,
      patienceMs: { first: Number.POSITIVE_INFINITY, later: Number.POSITIVE_INFINITY },
    },
    onFrame(frame) {
      if (closed || !isLogged(frame)) return
      ledger.frames.push(frame)
      if (frame.type === 'turn') for (const look of [...waiting]) look()
    },
    onConnection({ state }) {
      if (state === 'connecting') dialledAt = performance.now()
      if (state !== 'open') return
      if (connections > 0) onResumed?.(performance.now() - dialledAt)
      connections += 1
    },
  })

  const talker: Talker = {
    ledger,
    async send(wish) {
      const id = randomUUID()
      ledger.asked.push({ id, wish })
      await conversation.send(messageOf(wish), { id })
      if (!closed) ledger.acknowledged.push(id)
    },
    async ask(wish) {
      const before = endedTurns(ledger)
      await talker.send(wish)
      await talker.turnsEnded(before + 1)
    },
    turnsEnded: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (endedTurns(ledger) < count) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    close() {
      closed = true
      conversation.close()
    },
  }
  return talker
}
