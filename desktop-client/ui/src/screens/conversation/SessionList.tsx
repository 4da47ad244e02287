import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import {
  changeSession,
  deleteSession,
  listSessions,
  type SessionItem,
} from '@codelab/contracts/engine-ui/conversations'
import type { SessionChange } from '@codelab/contracts/sessions'
import { useState } from 'react'
import type { z } from 'zod'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { keys } from '../../state/queries.ts'
import { changePage, usePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import { DeleteSession } from './DeleteSession.tsx'
import styles from './SessionList.module.css'
import { SessionRow } from './SessionRow.tsx'

/** The person's conversations, latest first: searched by title, opened, renamed, put away, deleted. */
export function SessionList({ onNew }: { readonly onNew: () => void }) {
  const texts = useTexts().sessions
  const current = usePage((state) => state.session)
  const [q, setQ] = useState('')
  const [archived, setArchived] = useState(false)
  const [deleting, setDeleting] = useState<SessionItem>()
  const [failure, setFailure] = useState<EngineFailure>()
  const queries = useQueryClient()
  const list = useInfiniteQuery({
    queryKey: [...keys.sessions, q, archived],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(listSessions, {
        query: {
          ...(q !== '' && { q }),
          archived: archived ? 'true' : 'false',
          ...(pageParam !== undefined && { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: (before) => before,
  })
  const sessions = list.data?.pages.flatMap(({ items }) => items) ?? []

  const attempt = async (work: Promise<unknown>) => {
    setFailure(undefined)
    try {
      await work
      await queries.invalidateQueries({ queryKey: keys.sessions })
    } catch (error) {
      setFailure(error as EngineFailure)
    }
  }
  const change = ({ id }: SessionItem, body: z.input<typeof SessionChange>) =>
    void attempt(call(changeSession, { params: { session: id }, body }))
  const remove = ({ id }: SessionItem) => {
    setDeleting(undefined)
    void attempt(call(deleteSession, { params: { session: id } }))
    if (current === id) changePage({ session: undefined })
  }
  const problem = failure ?? (list.error as EngineFailure | null)

  return (
    <nav className={styles['list']} aria-label={texts.title}>
      <div className={styles['head']}>
        <input
          type="search"
          value={q}
          aria-label={texts.search}
          placeholder={texts.search}
          onChange={(event) => setQ(event.target.value)}
        />
        <Button look="main" onClick={onNew}>
          {texts.begin}
        </Button>
      </div>
      <label className={styles['archived']}>
        <input
          type="checkbox"
          checked={archived}
          onChange={(event) => setArchived(event.target.checked)}
        />
        {texts.archived}
      </label>
      {problem && <ProblemText problem={problem} />}
      {list.isSuccess && sessions.length === 0 && (
        <p className={styles['none']}>{q === '' ? texts.none : texts.noneFound}</p>
      )}
      <ul className={styles['rows']}>
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            current={session.id === current}
            onOpen={() => changePage({ session: session.id })}
            onRename={(title) => change(session, { title })}
            onArchive={() => change(session, { archived: !session.archived })}
            onDelete={() => setDeleting(session)}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.older}
        </Button>
      )}
      <DeleteSession session={deleting} onCancel={() => setDeleting(undefined)} onDelete={remove} />
    </nav>
  )
}
