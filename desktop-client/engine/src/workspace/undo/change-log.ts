import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readOptional, writePrivateFile } from '../../account/private-file.ts'
import { Change } from './change.ts'

const folderOf = (sessionId: string) =>
  createHash('sha256').update(sessionId).digest('hex').slice(0, 40)

/** The changes of all sessions on this machine, one small file each. Ids are in the order of time. */
export type ChangeLog = {
  /** On disk when this resolves. */
  write(change: Change): Promise<void>
  drop(change: Change): Promise<void>
  byId(changeId: string): Promise<Change | undefined>
  /** The newest first. */
  ofSession(sessionId: string): Promise<Change[]>
  /** Of every session, the newest first. */
  all(): Promise<Change[]>
}

async function parsed(path: string): Promise<Change | undefined> {
  try {
    return Change.safeParse(JSON.parse((await readOptional(path)) ?? 'null')).data
  } catch {
    return undefined
  }
}

const newestFirst = (changes: readonly (Change | undefined)[]): Change[] =>
  changes
    .filter((change) => change !== undefined)
    .toSorted((left, right) => (left.id < right.id ? 1 : -1))

/** `folder`: one of the log's own, made when it is first needed. */
export function createChangeLog(folder: string): ChangeLog {
  const pathOf = ({ session_id, id }: Change) => join(folder, folderOf(session_id), `${id}.json`)
  const namesIn = (path: string) => readdir(path).catch(() => [])
  const inFolder = async (name: string) => {
    const names = (await namesIn(join(folder, name))).filter((each) => each.endsWith('.json'))
    return await Promise.all(names.map((each) => parsed(join(folder, name, each))))
  }
  return {
    write: (change) => writePrivateFile(pathOf(change), JSON.stringify(change)),
    drop: (change) => rm(pathOf(change), { force: true }),
    byId: async (changeId) => {
      if (!/^[0-9a-f-]{36}$/.test(changeId)) return undefined
      for (const name of await namesIn(folder)) {
        const change = await parsed(join(folder, name, `${changeId}.json`))
        if (change) return change
      }
      return undefined
    },
    ofSession: async (sessionId) =>
      newestFirst(await inFolder(folderOf(sessionId))).filter(
        ({ session_id }) => session_id === sessionId,
      ),
    all: async () => newestFirst((await Promise.all((await namesIn(folder)).map(inFolder))).flat()),
  }
}
