import { setTimeout as delay } from 'node:timers/promises'
import type { z } from 'zod'
import { limits, type LiveFrame } from '@codelab/contracts/frames'
import { openSession } from '@codelab/contracts/gateway-agent'
import { Failure } from '@codelab/runtime/failure'
import type { AgentCalls } from '../clients/agent.ts'
import { serverVersion } from '../version.ts'

export type Opened = z.output<NonNullable<(typeof openSession)['reply']>>

/** Pauses before asking an agent again that is away for a moment, as during a roll-out. */
const pausesMs = [100, 250, 500, 1_000]

/** Opens or creates the session; an agent that is away for a moment is asked again. Rejects with the agent's failure. */
export async function openAtAgent(
  agent: AgentCalls,
  ask: { sessionId: string; after?: number | undefined; language?: string | undefined },
): Promise<Opened> {
  const input = {
    params: { id: ask.sessionId },
    body: { after: ask.after, language: ask.language },
  }
  for (const pause of pausesMs) {
    try {
      return await agent.call(openSession, input)
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'unavailable') throw error
      await delay(pause * (0.5 + Math.random()))
    }
  }
  return agent.call(openSession, input)
}

/** The first frame of every socket. */
export const sessionFrame = (
  sessionId: string,
  opened: Opened,
  messagesPerMinute: number,
): LiveFrame => ({
  type: 'session',
  session_id: sessionId,
  last_seq: opened.last_seq,
  resumed: opened.resumed,
  state: opened.state,
  pending_approvals: opened.pending_approvals,
  models: opened.models,
  limits: { ...limits, messages_per_minute: messagesPerMinute },
  server_version: serverVersion,
})
