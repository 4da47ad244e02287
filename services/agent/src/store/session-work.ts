import type pg from 'pg'
import type { QueryResultRow } from 'pg'
import { Failure } from '@codelab/runtime/failure'
import { currentTraceparent } from '@codelab/runtime/tracing'
import { standBackMs, type LocalWorker } from '../jobs/local-worker.ts'
import type { EventRow } from '../log/event-row.ts'
import type { Language } from '../turn/language.ts'
import { taskWaits } from '../jobs/task-turn.ts'
import { Fenced } from '../turn/fenced.ts'
import type { Head, TurnSettings, Work } from '../turn/work.ts'
import { approvalStore, callStore } from './call-store.ts'
import { commitWork, type Pending } from './commit-work.ts'
import { jobStore } from './job-store.ts'
import { messageStore } from './message-store.ts'
import { turnStore } from './turn-store.ts'
import { turnUsage } from './turn-usage.ts'
import { headOf } from './work-rows.ts'

/** The owner of sessions that no person asked for. */
export const serviceOwner = 'service'

export type Target = {
  sessionId: string
  /** The person; absent: the service itself, which may do it in any session. */
  userId?: string | undefined
  /** Make the session when it is not there. */
  create?: boolean
  language?: Language | undefined
  /** The holder's number: another one means that the work is no longer its own. */
  fence?: number
}

/** A process that is frozen in the middle must not keep its session locked: the server ends it, and those who wait are told. */
const begin = `begin; set local idle_in_transaction_session_timeout = '5s'; set local lock_timeout = '8s'`

export type SessionWork = ReturnType<typeof createSessionWork>

type Parts = {
  pool: pg.Pool
  settings: TurnSettings
  /** Gets committed rows, and only those. */
  publish: (sessionId: string, rows: EventRow[]) => void
  localWorker: LocalWorker
  newId: () => string
  now: () => Date
}

/**
 * Runs domain code in one transaction on one session, its row locked. Throws `forbidden` for another person's session,
 * `not_found` for one that is not there, `Fenced` when a holder's number is no longer the session's.
 */
export function createSessionWork(parts: Parts) {
  const { pool, settings, publish, localWorker, newId, now } = parts
  return async function inSession<Result>(
    target: Target,
    run: (work: Work, client: pg.PoolClient) => Promise<Result>,
  ): Promise<Result> {
    const client = await pool.connect()
    let broken: Error | undefined
    try {
      await client.query(begin)
      const head = await lockHead(client, target)
      const pending: Pending = {
        events: [],
        messages: [],
        usage: [],
        step: 'keep',
        stepOf: undefined,
        dropLease: false,
        lookAt: undefined,
        standBackMs: localWorker.looksForJobs() ? standBackMs : 0,
      }
      const at = now()
      const { fence } = head
      if (target.language !== undefined) head.language = target.language
      const work = workOn(client, head, pending, { settings, newId, now: at })
      const result = await run(work, client)
      if (pending.step === 'park') await taskWaits(work)
      await work.calls.write()
      const startHere = localWorker.hasRoom()
      const queued = await commitWork(client, head, pending, {
        now: at,
        traceparent: currentTraceparent(),
        delayMs: startHere ? standBackMs : 0,
      })
      await client.query('commit')
      if (pending.events.length > 0) publish(head.sessionId, pending.events)
      if (head.fence !== fence) localWorker.fenced(head.sessionId, head.fence)
      if (queued && startHere) localWorker.start(queued)
      if (pending.lookAt !== undefined && pending.lookAt <= at) localWorker.lookForJobs()
      return result
    } catch (error) {
      await client.query('rollback').catch((failed: Error) => (broken = failed))
      throw error
    } finally {
      client.release(broken)
    }
  }
}

async function lockHead(client: pg.PoolClient, target: Target): Promise<Head> {
  const row = (await findHead(client, target.sessionId)) ?? (await createHead(client, target))
  if (!row) {
    if (target.fence !== undefined) throw new Fenced()
    throw new Failure('not_found', { message: `There is no session ${target.sessionId}.` })
  }
  const head = headOf(row)
  if (target.userId !== undefined && head.userId !== target.userId) throw foreignSession()
  if (target.fence !== undefined && head.fence !== target.fence) throw new Fenced()
  return head
}

export const foreignSession = () =>
  new Failure('forbidden', { message: 'This session belongs to another user.' })

async function findHead(client: pg.PoolClient, sessionId: string) {
  const { rows } = await client.query<QueryResultRow>({
    name: 'lock-head',
    text: 'select * from session_head where session_id = $1 for update',
    values: [sessionId],
  })
  return rows[0]
}

async function createHead(client: pg.PoolClient, target: Target) {
  if (!target.create) return undefined
  const owner = target.userId ?? serviceOwner
  const { rows } = await client.query<{ user_id: string }>(
    'select user_id from session_tombstone where session_id = $1',
    [target.sessionId],
  )
  if (rows[0] && rows[0].user_id !== owner) throw foreignSession()
  await client.query(
    `insert into session_head (session_id, user_id, language) values ($1, $2, $3) on conflict do nothing`,
    [target.sessionId, owner, target.language ?? 'en'],
  )
  return findHead(client, target.sessionId)
}

function workOn(
  client: pg.PoolClient,
  head: Head,
  pending: Pending,
  { settings, newId, now }: { settings: TurnSettings; newId: () => string; now: Date },
): Work & { calls: ReturnType<typeof callStore> } {
  return {
    now,
    head,
    settings,
    newId,
    emit(frame, note) {
      head.lastSeq += 1
      const seq = head.lastSeq
      // `type` first, then `seq`, as the contracts list them; the union survives the spread only by assertion.
      const { type, ...rest } = frame
      const body = { type, seq, ...rest } as Pending['events'][number]['body']
      pending.events.push({ kind: 'frame', seq, last_seq: seq, body, note })
      return seq
    },
    addMessage: (message) => void pending.messages.push(message),
    recordUsage(usage) {
      pending.usage.push({ ...usage, id: newId() })
      head.inputTokens += usage.input_tokens
      head.outputTokens += usage.output_tokens
    },
    usageOf: (turn) => turnUsage(client, head, { turn, pending: pending.usage }),
    queueStep(turn) {
      pending.step = 'queue'
      pending.stepOf = turn
      pending.dropLease = true
    },
    parkStep() {
      pending.step = 'park'
      pending.dropLease = true
    },
    raiseFence() {
      head.fence += 1
      pending.dropLease = true
    },
    ...messageStore(client, head),
    turns: turnStore(client, head),
    calls: callStore(client, head),
    approvals: approvalStore(client, head),
    jobs: jobStore(client, head, pending, now),
  }
}
