import type { Job, JobInput, JobKind, NewJob } from '@codelab/contracts/jobs'
import type { JobState } from '@codelab/contracts/job-state'
import { Failure } from '@codelab/runtime/failure'
import { createBindings } from '@codelab/engine/conversation/bindings'
import { newId } from '@codelab/engine/conversation/new-id'
import { allPages, createRest } from '@codelab/engine/gateway/rest'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { accountOf } from '../server.ts'
import { hasEnded, percent } from '../talk/job-line.ts'
import { projectFolder } from '../talk/session.ts'
import { visibleLine } from '../terminal/visible.ts'
import { watchJob, type WatchOptions } from './watch-job.ts'

export type StartOptions = WatchOptions & {
  readonly goal?: string
  readonly file?: readonly string[]
  readonly glob?: string
  readonly model?: string
  readonly at?: string
  readonly every?: string
  readonly session?: string
  readonly watch?: boolean
}
export type ListOptions = {
  readonly server?: string
  readonly session?: string
  readonly state?: JobState
  readonly json?: boolean
}

/** The options as the kind's input; one that does not belong to the kind is refused by the server, which names it. */
function inputOf(context: Context, kind: JobKind, options: StartOptions): Record<string, unknown> {
  const { goal, file, glob, model } = options
  if (kind === 'task' && goal === undefined) {
    throw new Failure('invalid_request', { message: context.texts.jobs.goalMissing })
  }
  const input: Partial<JobInput<'task'> & JobInput<'embed_project'>> = {
    ...(goal !== undefined && { goal }),
    ...(file !== undefined && { paths: [...file] }),
    ...(glob !== undefined && { glob }),
    ...(model !== undefined && { model }),
  }
  return input
}

function instantOf(context: Context, text: string): string {
  const time = new Date(text)
  if (!Number.isNaN(time.getTime())) return time.toISOString()
  throw new Failure('invalid_request', { message: context.texts.jobs.badTime(visibleLine(text)) })
}

/** `codelab job start`: in a session of this folder, or in one that is named. */
export async function startJob(
  context: Context,
  kind: JobKind,
  options: StartOptions,
): Promise<ExitCode> {
  const { terminal, texts, style, home } = context
  const input = inputOf(context, kind, options)
  const at = options.at === undefined ? undefined : instantOf(context, options.at)
  const folder = await projectFolder(context, options.project)
  const account = await accountOf(context, options.server)
  const session = options.session ?? newId()
  if (options.session === undefined) {
    await createBindings(home.folder, account.server).bind(session, folder)
  }
  const body: NewJob = {
    id: newId(),
    session_id: session,
    kind,
    input,
    ...(at !== undefined && { at }),
    ...(options.every !== undefined && { every: options.every }),
  }
  const rest = createRest(account, context.language)
  const job = await rest.startJob(body).finally(() => rest.close())
  if (options.watch) return watchJob(context, job.id, options)
  terminal.out.write(`${options.json ? JSON.stringify(job) : job.id}\n`)
  if (!options.json) terminal.err.write(`${style.dim(texts.jobs.started(job.id, session))}\n`)
  return exitCodes.ok
}

const timeOf = ({ ended_at, started_at, at, created_at }: Job) =>
  new Date(ended_at ?? started_at ?? at ?? created_at).toLocaleString()

const headsOf = ({ texts }: Context): string[] => {
  const { kind, state, progress, when, note } = texts.jobs.heads
  return ['ID', kind, state, progress, when, note]
}

function rowOf({ texts }: Context, job: Job): string[] {
  const note = job.error?.message ?? job.note ?? ''
  const every = job.every === undefined ? [] : [texts.jobs.everySeconds(job.every)]
  return [
    job.id,
    job.kind,
    texts.jobs.states[job.state],
    percent(job.progress),
    timeOf(job),
    [...every, visibleLine(note)].join(' '),
  ]
}

/** Rows under their heads, each column as wide as its widest cell. */
function tableOf(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

/** `codelab job list`. */
export async function listJobs(context: Context, options: ListOptions): Promise<ExitCode> {
  const { terminal, texts, style, language } = context
  const rest = createRest(await accountOf(context, options.server), language)
  const { session, state } = options
  try {
    const pages = allPages((cursor) =>
      rest.jobs({
        cursor,
        ...(session !== undefined && { session_id: session }),
        ...(state !== undefined && { state }),
      }),
    )
    const jobs = await Array.fromAsync(pages)
    if (options.json) for (const job of jobs) terminal.out.write(`${JSON.stringify(job)}\n`)
    else if (jobs.length === 0) terminal.err.write(`${texts.jobs.none}\n`)
    else {
      const [head = '', ...lines] = tableOf([
        headsOf(context),
        ...jobs.map((job) => rowOf(context, job)),
      ])
      terminal.out.write(`${style.bold(head)}\n${lines.join('\n')}\n`)
    }
    return exitCodes.ok
  } finally {
    await rest.close()
  }
}

/** `codelab job cancel`. */
export async function cancelJob(
  context: Context,
  id: string,
  options: { server?: string },
): Promise<ExitCode> {
  const { terminal, texts, language } = context
  const rest = createRest(await accountOf(context, options.server), language)
  try {
    const before = await rest.job(id)
    // A run that has ended may still have a schedule: the server knows.
    await rest.cancelJob(id)
    const { cancelled, endedBefore, states } = texts.jobs
    const ended = hasEnded(before) && before.schedule_id === undefined
    terminal.err.write(`${ended ? endedBefore(states[before.state]) : cancelled}\n`)
    return exitCodes.ok
  } finally {
    await rest.close()
  }
}
