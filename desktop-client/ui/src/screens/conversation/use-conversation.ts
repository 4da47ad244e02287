import {
  listMessages,
  openConversation,
  type OpenedConversation,
} from '@codelab/contracts/engine-ui/conversations'
import { itemsOf } from '@codelab/engine/conversation/history'
import { useCallback, useEffect, useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { conversationOf, type PageConversation, reopened } from '../../state/conversation.ts'
import { usePage } from '../../state/store.ts'

const put = (conversation: PageConversation) =>
  usePage.setState(({ conversations }) => ({
    conversations: { ...conversations, [conversation.sessionId]: conversation },
  }))
const putOpened = (opened: OpenedConversation) => {
  const before = usePage.getState().conversations[opened.session_id]
  put(reopened(before, conversationOf(opened)))
}

export type OpenConversation = {
  readonly conversation: PageConversation | undefined
  readonly failure: EngineFailure | undefined
  readonly open: (options?: { move_here?: boolean }) => void
  /** Reads the page of messages before the oldest that is shown. */
  readonly readOlder: () => Promise<void>
}

/** Keeps a session's conversation open while it is shown, and reads its picture again when the line lost too much. */
export function useConversation(sessionId: string, project: string | undefined): OpenConversation {
  const conversation = usePage((state) => state.conversations[sessionId])
  const [failure, setFailure] = useState<EngineFailure>()

  const open = useCallback(
    (options: { move_here?: boolean } = {}) => {
      setFailure(undefined)
      const body = { session_id: sessionId, ...(project && { project }), ...options }
      call(openConversation, { body }).then(putOpened, (error: EngineFailure) => setFailure(error))
    },
    [sessionId, project],
  )
  const isCurrent = conversation !== undefined && !conversation.stale
  useEffect(() => {
    if (!isCurrent) open()
  }, [isCurrent, open])
  useEffect(() => {
    // The sign-in that ended it may be good again: this part is only there while it is.
    if (usePage.getState().conversations[sessionId]?.connection.state === 'ended') open()
  }, [sessionId, open])

  const readOlder = useCallback(async () => {
    const before = usePage.getState().conversations[sessionId]?.older
    if (before === undefined) return
    const page = await call(listMessages, {
      params: { session: sessionId },
      query: { before, limit: 200 },
    })
    const now = usePage.getState().conversations[sessionId]
    // Another read was faster.
    if (now?.older !== before) return
    put({
      ...now,
      older: page.next_cursor,
      said: { ...now.said, items: [...itemsOf(page.items), ...now.said.items] },
    })
  }, [sessionId])

  return { conversation, failure, open, readOlder }
}
