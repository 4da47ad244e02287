import { join } from 'node:path'
import type { Session } from '@codelab/contracts/sessions'
import { z } from 'zod'
import { readOptional, writePrivateFile } from '../../account/private-file.ts'
import { nameOfServer } from '../../account/token-file.ts'

const File = z.object({ since: z.string(), seqs: z.record(z.string(), z.number()) })
type File = z.infer<typeof File>

const mostKept = 5_000

/** How far each session was looked at on this machine. What was there before this machine began to count is no news. */
export type SeenSessions = {
  isUnread(session: Pick<Session, 'id' | 'last_seq' | 'last_activity_at'>): boolean
  mark(sessionId: string, seq: number): Promise<void>
}

export async function openSeenSessions(
  home: string,
  server: string,
  now: () => number,
): Promise<SeenSessions> {
  const path = join(home, 'seen', `${nameOfServer(server)}.json`)
  const fresh = (): File => ({ since: new Date(now()).toISOString(), seqs: {} })
  const read = async (): Promise<File | undefined> => {
    try {
      return File.parse(JSON.parse((await readOptional(path)) ?? ''))
    } catch {
      return undefined
    }
  }
  const known = await read()
  const file = known ?? fresh()
  const write = () => writePrivateFile(path, JSON.stringify(file))
  if (!known) await write()
  return {
    isUnread: ({ id, last_seq, last_activity_at }) => {
      const seen = file.seqs[id]
      return seen === undefined
        ? Date.parse(last_activity_at) > Date.parse(file.since)
        : last_seq > seen
    },
    mark: async (sessionId, seq) => {
      if ((file.seqs[sessionId] ?? -1) >= seq) return
      delete file.seqs[sessionId]
      file.seqs[sessionId] = seq
      const oldest = Object.keys(file.seqs).slice(0, -mostKept)
      for (const id of oldest) delete file.seqs[id]
      await write()
    },
  }
}
