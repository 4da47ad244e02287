import type { z } from 'zod'
import type { Preview, WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import type { PendingApproval } from '@codelab/contracts/sessions'
import { type CallItem, pendingApprovals } from '../../conversation/state.ts'
import { EngineFailure } from '../../engine-failure.ts'
import { allPages } from '../../gateway/rest.ts'
import type { Links } from '../account/link.ts'
import type { OpenConversation, OpenConversations } from '../conversations/open-conversations.ts'
import { previewOf, type Waiting } from './preview.ts'

type Pending = z.infer<typeof PendingApproval>
type Arguments = Readonly<Record<string, unknown>>

const mostPreviews = 500
const mostListed = 500

export type Decision =
  | {
      readonly decision: 'approve'
      readonly preview_id: string
      readonly remember?: 'session' | undefined
      readonly feedback?: string | undefined
    }
  | { readonly decision: 'reject'; readonly feedback?: string | undefined }

/** The calls of all sessions that wait for this person. */
export type Approvals = {
  /** As they are known now, oldest first. */
  waiting(): WaitingCall[]
  /** Asks the workspace about sessions that are not open here. */
  refresh(): Promise<void>
  preview(sessionId: string, callId: string, edited?: Arguments): Promise<Preview>
  decide(sessionId: string, callId: string, decision: Decision): Promise<'taken' | 'late'>
}

const gone = () =>
  new EngineFailure('conflict', 'look_again', {
    message: 'This call does not wait any more: it was decided elsewhere, or its turn has ended.',
  })
const lookAgain = () =>
  new EngineFailure('conflict', 'look_again', {
    message: 'What is to be approved is not what was shown last. Look at it again.',
  })

export function createApprovals(parts: {
  readonly links: Links
  readonly conversations: OpenConversations
  readonly titleOf: (sessionId: string) => string | null
  readonly now: () => number
}): Approvals {
  const { links, conversations, titleOf, now } = parts
  let listed: Pending[] = []
  const firstSeen = new Map<string, string>()
  const previews = new Map<string, { readonly id: string; readonly args: Arguments }>()

  const sinceOf = (callId: string): string => {
    const known = firstSeen.get(callId) ?? new Date(now()).toISOString()
    firstSeen.set(callId, known)
    return known
  }

  const fromOpen = (conversation: OpenConversation, call: CallItem): WaitingCall => {
    const here = conversation.joined.conversation.isHeld(call.callId)
    return {
      session_id: conversation.sessionId,
      call_id: call.callId,
      tool_name: call.tool,
      arguments: { ...call.arguments },
      requires_approval: true,
      ...(call.reason !== undefined && { reason: call.reason }),
      ...(call.expiresAt !== undefined && { expires_at: call.expiresAt }),
      created_at:
        listed.find((one) => one.call_id === call.callId)?.created_at ?? sinceOf(call.callId),
      title: titleOf(conversation.sessionId),
      asked_by: here ? 'machine' : 'workspace',
      editable: !here,
    }
  }

  const waiting = (): WaitingCall[] => {
    const open = conversations.all().filter(({ connection }) => connection.state === 'open')
    const shown = new Set(open.map(({ sessionId }) => sessionId))
    const here = open.flatMap((conversation) =>
      pendingApprovals(conversation.joined.conversation.state()).map((call) =>
        fromOpen(conversation, call),
      ),
    )
    const elsewhere = listed
      .filter(({ session_id }) => !shown.has(session_id))
      .map((call): WaitingCall => ({
        ...call,
        title: titleOf(call.session_id),
        asked_by: 'workspace',
        editable: true,
      }))
    return [...here, ...elsewhere].toSorted((left, right) =>
      left.created_at < right.created_at ? -1 : 1,
    )
  }

  const callIn = (conversation: OpenConversation, callId: string): Waiting | undefined => {
    const { sessionId, joined } = conversation
    const open = pendingApprovals(joined.conversation.state()).find(
      (call) => call.callId === callId,
    )
    if (open) return { sessionId, ...open }
    if (conversation.connection.state === 'open') return undefined
    const known = listed.find((call) => call.call_id === callId && call.session_id === sessionId)
    return (
      known && {
        sessionId,
        callId,
        tool: known.tool_name,
        arguments: known.arguments,
        reason: known.reason,
        expiresAt: known.expires_at,
      }
    )
  }

  /** The conversation is opened for it: a call that is approved here is executed here. */
  const find = async (sessionId: string, callId: string) => {
    const conversation = await conversations.open({ session_id: sessionId })
    const call = callIn(conversation, callId)
    if (!call) throw gone()
    return { conversation, call }
  }

  const keep = (key: string, preview: { id: string; args: Arguments }) => {
    previews.delete(key)
    previews.set(key, preview)
    const oldest = previews.size > mostPreviews ? previews.keys().next().value : undefined
    if (oldest !== undefined) previews.delete(oldest)
  }

  return {
    waiting,
    refresh: async () => {
      const { rest } = links.current()
      const items: Pending[] = []
      for await (const item of allPages((cursor) => rest.approvals(cursor))) {
        items.push(item)
        if (items.length === mostListed) break
      }
      listed = items
    },
    preview: async (sessionId, callId, edited) => {
      const { conversation, call } = await find(sessionId, callId)
      const preview = await previewOf(conversation.joined.workspace, call, edited)
      keep(`${sessionId} ${callId}`, { id: preview.preview_id, args: preview.arguments })
      return preview
    },
    decide: async (sessionId, callId, decision) => {
      const { conversation, call } = await find(sessionId, callId)
      const { conversation: talk } = conversation.joined
      const { feedback } = decision
      if (decision.decision === 'reject')
        return await talk.decide(callId, { decision: 'reject', feedback }, call.arguments)
      const seen = previews.get(`${sessionId} ${callId}`)
      if (seen?.id !== decision.preview_id) throw lookAgain()
      const { remember } = decision
      const { edited } = await previewOf(undefined, call, seen.args)
      return await talk.decide(
        callId,
        edited
          ? { decision: 'edit', modified_arguments: { ...seen.args }, feedback, remember }
          : { decision: 'approve', feedback, remember },
        call.arguments,
      )
    },
  }
}
