import { basename } from 'node:path'
import type { SessionItem } from '@codelab/contracts/engine-ui/conversations'
import type { Session } from '@codelab/contracts/sessions'
import { allPages } from '../../gateway/rest.ts'
import type { Link } from '../account/link.ts'
import { projectIdOf } from '../projects/open-project.ts'
import type { SeenSessions } from './seen-sessions.ts'

const mostSearched = 2_000
const firstPage = 50

export type SessionsQuery = {
  readonly q?: string | undefined
  readonly archived?: 'true' | 'false' | undefined
  readonly project?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The sessions of the server in use, as the list shows them. */
export type SessionsFeed = {
  list(query: SessionsQuery): Promise<{ items: SessionItem[]; next_cursor?: string | undefined }>
  item(session: Session): Promise<SessionItem>
  /** Reads the newest again and tells what differs. */
  refresh(): Promise<void>
  forget(sessionId: string): void
  titleOf(sessionId: string): string | null
}

export function createSessionsFeed(parts: {
  readonly link: Link
  readonly seen: SeenSessions
  readonly isOpen: (sessionId: string) => boolean
  readonly isWaiting: (sessionId: string) => boolean
  readonly onChange: (items: SessionItem[], removed: string[]) => void
}): SessionsFeed {
  const { link, seen, isOpen, isWaiting, onChange } = parts
  const known = new Map<string, { readonly text: string; readonly title: string | null }>()
  const folders = new Map<string, string | undefined>()

  const folderOf = async (sessionId: string): Promise<string | undefined> => {
    // A session is bound when it begins; one that is bound nowhere here may be moved here later.
    if (folders.get(sessionId) === undefined)
      folders.set(sessionId, await link.bindings.folderOf(sessionId).catch(() => undefined))
    return folders.get(sessionId)
  }

  const item = async (session: Session): Promise<SessionItem> => {
    const path = await folderOf(session.id)
    return {
      ...session,
      unread: seen.isUnread(session),
      waiting: session.pending_approvals > 0 || isWaiting(session.id),
      ...(path !== undefined && {
        project: { id: projectIdOf(path), name: basename(path), path },
      }),
      open: isOpen(session.id),
    }
  }

  const remember = (one: SessionItem): boolean => {
    const text = JSON.stringify(one)
    const changed = known.get(one.id)?.text !== text
    known.set(one.id, { text, title: one.title })
    return changed
  }

  const searched = async ({ q = '', archived, project, limit }: SessionsQuery) => {
    const wanted = q.trim().toLocaleLowerCase()
    const items: SessionItem[] = []
    let looked = 0
    const pages = allPages((cursor) =>
      link.rest.sessions({ cursor, limit: 200, ...(archived && { archived }) }),
    )
    for await (const session of pages) {
      looked += 1
      if (looked > mostSearched || items.length === limit) break
      if (!(session.title ?? '').toLocaleLowerCase().includes(wanted)) continue
      const found = await item(session)
      if (project === undefined || found.project?.id === project) items.push(found)
    }
    return { items }
  }

  return {
    item,
    list: async (query) => {
      if (query.q?.trim() || query.project !== undefined) return await searched(query)
      const { archived, cursor, limit } = query
      const page = await link.rest.sessions({ cursor, limit, ...(archived && { archived }) })
      const items = await Promise.all(page.items.map(item))
      items.forEach(remember)
      return { items, next_cursor: page.next_cursor }
    },
    refresh: async () => {
      const page = await link.rest.sessions({ limit: firstPage, archived: 'false' })
      const items = await Promise.all(page.items.map(item))
      const changed = items.filter(remember)
      if (changed.length > 0) onChange(changed, [])
    },
    forget: (sessionId) => {
      known.delete(sessionId)
      folders.delete(sessionId)
      onChange([], [sessionId])
    },
    titleOf: (sessionId) => known.get(sessionId)?.title ?? null,
  }
}
