import type { Log } from '@codelab/runtime/log'
import { createPoll, type Poll } from './poll.ts'
import type { ServerFeeds } from './server-feeds.ts'

const busyMs = 10_000
const quietMs = 30_000
const jobMs = 2_000

/** What the workspace is asked for again and again: often while a page looks, rarely otherwise, never without a sign-in. */
export type Polls = {
  readonly sessions: Poll
  readonly jobs: Poll
  /** Everything may have changed: look soon. */
  touchAll(): void
  close(): void
}

export function createPolls(parts: {
  readonly feeds: () => ReturnType<ServerFeeds['now']>
  readonly refreshApprovals: () => Promise<void>
  readonly isWatched: () => boolean
  readonly signedIn: () => boolean
  /** A question was turned down: the sign-in may have ended. */
  readonly doubt: (error: unknown) => void
  readonly log: Log
}): Polls {
  const { feeds, log } = parts
  const poll = (what: string, work: () => Promise<void>, watchedMs: () => number) =>
    createPoll({
      what,
      log,
      everyMs: () => (parts.isWatched() ? watchedMs() : quietMs),
      work: async () => {
        if (!parts.signedIn()) return
        await work().catch((error: unknown) => {
          parts.doubt(error)
          throw error
        })
      },
    })
  const sessions = poll(
    'the sessions',
    async () => (await feeds().sessions).refresh(),
    () => busyMs,
  )
  const approvals = poll('the approvals', parts.refreshApprovals, () => busyMs)
  const jobs = poll(
    'the jobs',
    () => feeds().jobs.refresh(),
    () => (feeds().jobs.anyAlive() ? jobMs : quietMs),
  )
  const all = [sessions, approvals, jobs]
  return {
    sessions,
    jobs,
    touchAll: () => all.forEach((one) => one.touch()),
    close: () => all.forEach((one) => one.close()),
  }
}
