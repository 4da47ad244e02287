import { isDeepStrictEqual } from 'node:util'
import type { LogFrame } from '@codelab/contracts/frames'
import { agentClient, type Follower } from '../../support/agent-under-test.ts'
import { until } from '../../support/until.ts'
import type { Ledger } from './history.ts'

type Answer = { status: number; body: Record<string, unknown> }
type Call = Extract<LogFrame, { type: 'tool_call' }>

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

export type TalkClient = ReturnType<typeof createTalkClient>

/**
 * A client as our engine is one: reads the log from where it stands over any number of connections, sends again what was not
 * acknowledged, claims before it executes, and executes a call once. `address` answers the agent that is there right now.
 */
export function createTalkClient({
  sessionId,
  address,
}: {
  sessionId: string
  address: () => string
}) {
  const ledger: Ledger = {
    frames: [],
    messages: [],
    results: [],
    decisions: [],
    jobs: [],
    executions: [],
  }
  const connection = `c-${sessionId}`
  const headers = { 'x-connection-id': connection }
  let follower: Follower | undefined
  let closed = false

  /** One call, again and again until somebody answers it; a conflict is an answer. */
  const insist = async (send: (at: ReturnType<typeof agentClient>) => Promise<Answer>) => {
    while (!closed) {
      const answer = await send(agentClient(address(), headers)).catch(() => undefined)
      if (answer && answer.status < 500) return answer
      await pause(25)
    }
    throw new Error('the client was closed')
  }

  const read = async () => {
    const answer = await insist((agent) => agent.open(sessionId))
    if (answer.status !== 200) throw new Error(`opening was answered ${answer.status}`)
    while (!closed) {
      const after = ledger.frames.at(-1)?.seq ?? 0
      follower = await agentClient(address(), headers)
        .follow(sessionId, after)
        .catch(() => undefined)
      let taken = 0
      const take = () => {
        const log = follower!.log() as LogFrame[]
        for (; taken < log.length; taken += 1) ledger.frames.push(log[taken]!)
      }
      while (follower && !follower.ended() && !closed) {
        take()
        await pause(2)
      }
      if (follower) take()
      await follower?.close()
      if (!closed) await pause(25)
    }
  }
  const reading = read()

  const find = <Type extends LogFrame['type']>(
    type: Type,
    fits: (frame: Extract<LogFrame, { type: Type }>) => boolean,
  ) => {
    type Found = Extract<LogFrame, { type: Type }>
    return ledger.frames.find(
      (frame): frame is Found => frame.type === type && fits(frame as Found),
    )
  }
  const wait = <Type extends LogFrame['type']>(
    type: Type,
    fits: (frame: Extract<LogFrame, { type: Type }>) => boolean = () => true,
  ) =>
    until(
      () => `${sessionId}: a ${type}; the last were ${JSON.stringify(ledger.frames.slice(-3))}`,
      () => find(type, fits),
      60_000,
    )
  const isOver = (callId: string) =>
    find('tool_resolved', ({ call_id }) => call_id === callId) !== undefined

  return {
    ledger,
    find,
    wait,
    /** Says something and answers the id of its turn once that has started. */
    async say(id: string, content: string): Promise<void> {
      const { status, body } = await insist((agent) =>
        agent.message(sessionId, content, { message_id: id }),
      )
      if (status !== 202) throw new Error(`message ${id} was answered ${status}`)
      ledger.messages.push({ id, content, seq: Number(body['seq']) })
    },
    async claim(callId: string): Promise<void> {
      const { status } = await insist((agent) => agent.claim(sessionId, callId, connection))
      if (status !== 200 && !isOver(callId)) throw new Error(`a claim was answered ${status}`)
    },
    execute({ call_id: callId, tool_name: tool, arguments: args }: Call): string {
      ledger.executions.push({ callId, tool, arguments: args })
      return `${tool} of ${callId} was run`
    },
    async deliver(callId: string, result: string): Promise<void> {
      const { status } = await insist((agent) => agent.result(sessionId, callId, { result }))
      if (status === 202 || status === 200) ledger.results.push({ callId, result })
      else await wait('tool_resolved', ({ call_id }) => call_id === callId)
    },
    async decide(callId: string, decision: 'approve' | 'edit' | 'reject', more: object = {}) {
      const { status } = await insist((agent) =>
        agent.decide(sessionId, callId, { decision, ...more }),
      )
      const args = (more as { modified_arguments?: unknown }).modified_arguments
      if (status < 300) ledger.decisions.push({ callId, decision, arguments: args })
      else if (status !== 409) throw new Error(`a decision was answered ${status}`)
    },
    cancel: () => insist((agent) => agent.cancel(sessionId)),
    /** Told again only when no echo has come, as our engine does. */
    async changeFile(path: string): Promise<void> {
      const body = { session_id: sessionId, path, timestamp: '2026-01-01T00:00:00Z' }
      while (!find('file_changed', (frame) => frame.path === path)) {
        await agentClient(address(), headers)
          .send('POST', '/api/v1/files/changed', body)
          .catch(() => undefined)
        await until('an echo', () => find('file_changed', (f) => f.path === path), 1_000).catch(
          () => undefined,
        )
      }
    },
    /** Asks for a tool outside of any turn. */
    async request(callId: string, tool: string, args: Record<string, unknown>): Promise<Call> {
      const body = { session_id: sessionId, call_id: callId, tool_name: tool, arguments: args }
      await insist((agent) => agent.send('POST', '/api/v1/tools/execute', body))
      return wait('tool_call', (frame) => isDeepStrictEqual(frame.call_id, callId))
    },
    async startJob(id: string, kind: string, input: object, more: object = {}): Promise<void> {
      const body = { session_id: sessionId, id, kind, input, ...more }
      const { status } = await insist((agent) => agent.send('POST', '/api/v1/jobs', body))
      if (status !== 202) throw new Error(`job ${id} was answered ${status}`)
      ledger.jobs.push({ id })
    },
    cancelJob: (id: string) =>
      insist((agent) => agent.send('POST', `/api/v1/jobs/${id}/cancel`, {})),
    /** Loses the line; the reader comes back by itself. */
    async drop(): Promise<void> {
      await follower?.close()
    },
    async close(): Promise<void> {
      closed = true
      await follower?.close()
      await reading.catch(() => undefined)
    },
  }
}
