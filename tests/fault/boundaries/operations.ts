/** A statement as it is given to the database's driver. */
export type Statement = {
  readonly name: string | undefined
  readonly text: string
  readonly values: readonly unknown[]
}

/** Where around a commit a process may be ended. `unanswered`: the commit was sent, its answer never comes. */
export const stages = ['before-commit', 'unanswered', 'after-commit', 'after-publish'] as const
export type Stage = (typeof stages)[number]

type Frame = { type: string; state?: string; outcome?: string }

/** What a transaction on a session writes. */
type Written = {
  readonly has: (type: string, more?: Partial<Frame>) => boolean
  readonly ran: (statement: string) => boolean
  readonly frames: readonly Frame[]
  readonly counts: boolean
  readonly queues: boolean
}

/** Places of the parameters of `commit-work`. */
const at = { frames: 4, usage: 7, step: 20 } as const

function writtenBy(statements: readonly Statement[], commit: Statement): Written {
  const frames = (commit.values[at.frames] as string[]).map((text) => JSON.parse(text) as Frame)
  return {
    frames,
    has: (type, { state, outcome } = {}) =>
      frames.some(
        (frame) =>
          frame.type === type &&
          (state === undefined || frame.state === state) &&
          (outcome === undefined || frame.outcome === outcome),
      ),
    ran: (statement) => statements.some(({ name }) => name === statement),
    counts: commit.values[at.usage] !== '[]',
    queues: commit.values[at.step] === 'queue',
  }
}

/** What a transaction on a session is for, by what it writes: the first that fits. */
const works: readonly (readonly [string, (written: Written) => boolean])[] = [
  ['job-request', ({ has, ran }) => has('job') && ran('insert-job')],
  ['job-cancel', ({ has }) => has('job', { state: 'cancelled' })],
  ['message', ({ has }) => has('user_message')],
  ['cancel', ({ has }) => has('turn', { state: 'cancelled' })],
  ['rejection', ({ has }) => has('tool_resolved', { outcome: 'rejected' })],
  ['expiry', ({ has }) => has('tool_resolved', { outcome: 'expired' })],
  ['tool-result', ({ has }) => has('tool_resolved')],
  ['step-with-calls', ({ counts, ran }) => counts && ran('insert-calls')],
  ['job-end', ({ counts, has }) => counts && has('job') && !has('turn')],
  ['last-step', ({ counts }) => counts],
  ['failure', ({ has }) => has('turn', { state: 'failed' })],
  ['tool-request', ({ has, ran }) => has('tool_call') && ran('insert-calls')],
  ['decision', ({ has }) => has('tool_call')],
  ['job-change', ({ frames }) => frames.length > 0 && frames.every(({ type }) => type === 'job')],
  ['park', ({ queues }) => queues],
  ['discard', ({ has }) => has('message_discarded')],
  ['file-change', ({ has }) => has('file_changed')],
  ['claim', ({ frames, ran }) => frames.length === 0 && ran('save-calls')],
  ['opening', ({ frames }) => frames.length === 0],
]

/** Statements that are transactions of their own, by their names or by what they call. */
const single: readonly (readonly [RegExp, string])[] = [
  [/^append-deltas$/, 'text'],
  [/^start-at-once$/, 'job-request'],
  [/session_head set last_activity_at = \$3/, 'opening'],
  [/^acquire-step$/, 'acquisition'],
  [/^renew-leases$/, 'renewal'],
  [/^write-jobs$/, 'job-write'],
  [/^renew-job-leases$/, 'job-renewal'],
  [/^requeue-lost-steps$/, 'requeueing'],
  [/claim_seen_at = \$2/, 'claims-renewal'],
  [/claim_gone = true/, 'claims-gone'],
  [/delete from event t using old/, 'sweep-of-text'],
  [/\bmove_to_active\(/, 'queue-take'],
  [/\bmove_to_completed(?:_fetch)?\(/, 'queue-finish'],
  [/\bmove_to_failed(?:_fetch)?\(/, 'queue-fail'],
  [/\bmove_stalled_jobs_to_wait\(/, 'queue-sweep'],
  [/extend_locks?\(|new_expiry|lock_expires/, 'queue-lock'],
]

const writes =
  /^\s*(?:with\b[\s\S]*\b(?:insert into|update|delete from)\b|insert\b|update\b|delete\b)/i

/** The operation that a lone statement is, or nothing for one that only reads. An unknown one names itself, so that it is noticed. */
export function operationOfStatement({ name, text }: Statement): string | undefined {
  const known = single.find(([pattern]) => pattern.test(name ?? '') || pattern.test(text))
  if (known) return known[1]
  return writes.test(text) ? `unknown: ${text.trim().replace(/\s+/g, ' ').slice(0, 80)}` : undefined
}

/** The operation that a transaction is, or nothing for one that only reads. */
export function operationOfTransaction(statements: readonly Statement[]): string | undefined {
  const commit = statements.find(({ name }) => name === 'commit-work')
  if (commit) {
    const written = writtenBy(statements, commit)
    const fitting = works.find(([, fits]) => fits(written))
    return fitting?.[0] ?? `unknown: ${written.frames.map(({ type }) => type).join('+')}`
  }
  if (statements.some(({ text }) => /create table/i.test(text))) return 'migration'
  if (statements.some(({ name }) => name === 'claim-jobs')) return 'job-take'
  if (statements.some(({ text }) => /session_tombstone/.test(text))) return 'deletion'
  return statements.map(operationOfStatement).find((name) => name !== undefined)
}
