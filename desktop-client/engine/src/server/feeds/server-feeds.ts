import type { SessionItem } from '@codelab/contracts/engine-ui/conversations'
import type { Job } from '@codelab/contracts/jobs'
import type { Link, Links } from '../account/link.ts'
import { createJobsFeed, type JobsFeed } from './jobs-feed.ts'
import { openSeenSessions, type SeenSessions } from './seen-sessions.ts'
import { createSessionsFeed, type SessionsFeed } from './sessions-feed.ts'

type Feeds = {
  readonly link: Link
  readonly seen: Promise<SeenSessions>
  readonly sessions: Promise<SessionsFeed>
  readonly jobs: JobsFeed
  titleOf: (sessionId: string) => string | null
}

/** What is told of the server in use; another server begins anew. */
export type ServerFeeds = {
  now(): Feeds
  /** Resolves when nothing is being written any more. */
  close(): Promise<void>
}

export function createServerFeeds(parts: {
  readonly home: string
  readonly links: Links
  readonly now: () => number
  readonly isOpen: (sessionId: string) => boolean
  readonly isWaiting: (sessionId: string) => boolean
  readonly onSessions: (items: SessionItem[], removed: string[]) => void
  readonly onJob: (job: Job) => void
  readonly onJobEnded: (job: Job) => void
}): ServerFeeds {
  const { home, links, now, isOpen, isWaiting, onSessions: onChange } = parts
  let feeds: Feeds | undefined

  const begin = (link: Link): Feeds => {
    const seen = openSeenSessions(home, link.account.server, now)
    const sessions = seen.then((kept) =>
      createSessionsFeed({ link, seen: kept, isOpen, isWaiting, onChange }),
    )
    const jobs = createJobsFeed({ link, onJob: parts.onJob, onEnded: parts.onJobEnded })
    const made: Feeds = { link, seen, sessions, jobs, titleOf: () => null }
    sessions.then(
      (feed) => {
        made.titleOf = (sessionId) => feed.titleOf(sessionId)
      },
      () => undefined,
    )
    return made
  }
  return {
    now: () => {
      const link = links.current()
      if (feeds?.link !== link) feeds = begin(link)
      return feeds
    },
    close: async () => {
      await feeds?.seen.catch(() => undefined)
    },
  }
}
