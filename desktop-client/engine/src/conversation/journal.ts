import { createHash, randomBytes } from 'node:crypto'
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
} from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { makePrivateFolder } from '../account/private-file.ts'
import type { Outcome } from './runner.ts'

const day = 24 * 3600 * 1000
const keptResults = 200
const keptResultsMs = 2 * day
const keptCallsMs = 60 * day
const pruneEvery = 100

const Begun = z.object({ call_id: z.string(), tool: z.string(), digest: z.string() })
const Done = z.union([
  z.object({ result: z.unknown().refine((result) => result !== undefined) }),
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
])

/** What this machine has executed for a session: each call at most once, whatever crashes and however many clients run. */
export type Journal = {
  /**
   * Claims a call for execution; the claim is on disk when this resolves. `new`: run it. `done`: it ran, its outcome is kept or too old to be.
   * `unknown`: it was begun here before and may or may not have happened, or runs in another client now; or it was other work under the same id.
   */
  begin(callId: string, tool: string, digest: string): Promise<'new' | 'done' | 'unknown'>
  /** Keeps the outcome. The one who ran the call has the last word; others only fill what is empty. */
  finish(callId: string, outcome: Outcome): Promise<void>
  outcomeOf(callId: string): Promise<Outcome | undefined>
}

export type JournalOptions = {
  readonly now?: () => number
  /** Outcomes that are kept for sending again; older ones only as the fact that the call ran. */
  readonly maxResults?: number
}

const nameOf = (callId: string) => createHash('sha256').update(callId).digest('hex').slice(0, 40)

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes names in a folder durable. Windows cannot open a folder; there they are durable by themselves. */
async function syncFolder(folder: string): Promise<void> {
  const handle: FileHandle | undefined = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function parsed<Value>(schema: z.ZodType<Value>, path: string): Promise<Value | undefined> {
  try {
    const read = schema.safeParse(JSON.parse(await readFile(path, 'utf8')))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined

/** `folder`: a folder of the journal's own, made when it is first needed; two small files for each call. */
export function openJournal(folder: string, options: JournalOptions = {}): Journal {
  const { now = Date.now, maxResults = keptResults } = options
  const begunHere = new Set<string>()
  const callFile = (callId: string) => join(folder, `${nameOf(callId)}.call`)
  const doneFile = (callId: string) => join(folder, `${nameOf(callId)}.done`)
  let untilPruning = 0

  const pruneSometimes = async () => {
    untilPruning -= 1
    if (untilPruning >= 0) return
    untilPruning = pruneEvery
    await prune(folder, { now: now(), maxResults })
  }

  return {
    begin: async (callId, tool, digest) => {
      await makePrivateFolder(folder)
      await pruneSometimes()
      const entry = { call_id: callId, tool, digest }
      try {
        await writeNew(callFile(callId), JSON.stringify(entry))
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error
        const begun = await parsed(Begun, callFile(callId))
        const same = begun?.tool === tool && begun.digest === digest
        return same && (await exists(doneFile(callId))) ? 'done' : 'unknown'
      }
      await syncFolder(folder)
      begunHere.add(callId)
      return 'new'
    },

    finish: async (callId, outcome) => {
      const own = begunHere.delete(callId)
      if (!own && (await exists(doneFile(callId)))) return
      await makePrivateFolder(folder)
      const fresh = `${doneFile(callId)}.${randomBytes(6).toString('hex')}`
      try {
        await writeNew(fresh, JSON.stringify(outcome))
        await rename(fresh, doneFile(callId))
      } catch (error) {
        await rm(fresh, { force: true })
        throw error
      }
      await syncFolder(folder)
    },

    outcomeOf: async (callId) => await parsed<Outcome>(Done, doneFile(callId)),
  }
}

type Pruning = { readonly now: number; readonly maxResults: number }

/** Empties old outcomes, which keeps the fact that the call ran, and forgets calls that no server can still ask for. */
async function prune(folder: string, { now, maxResults }: Pruning): Promise<void> {
  const files = (await readdir(folder)).map((name) => join(folder, name))
  const aged: { path: string; age: number; size: number }[] = []
  for (const path of files) {
    const stats = await stat(path).catch(() => undefined)
    if (stats) aged.push({ path, age: now - stats.mtimeMs, size: stats.size })
  }
  const results = aged
    .filter(({ path, size }) => path.endsWith('.done') && size > 0)
    .toSorted((left, right) => left.age - right.age)
  for (const [index, { path, age }] of results.entries()) {
    if (index >= maxResults || age > keptResultsMs) await truncate(path).catch(() => undefined)
  }
  for (const { path, age } of aged) if (age > keptCallsMs) await rm(path, { force: true })
}
