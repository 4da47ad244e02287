import { z } from 'zod'
import { limits } from './frames.ts'
import { Id, page, PageQuery, Timestamp } from './ids.ts'
import { JobState } from './job-state.ts'
import { maxFileBytes, RelativePath } from './tools.ts'

const Model = z.string().min(1).max(256)

/** A goal worked on over many steps without a person watching: a turn of its session that asks for approvals like any other. */
export const TaskInput = z.strictObject({
  goal: z.string().min(1).max(limits.message_chars),
  model: Model.optional(),
})

export const SummarizeInput = z.strictObject({ model: Model.optional() })

/**
 * Which files are put into the index: those of `files` as they are given, and those that the session's client reads: `paths`, and
 * what `glob` finds. Nothing given: every text file of the project. Files that were indexed before are replaced.
 */
export const EmbedInput = z.strictObject({
  paths: z.array(RelativePath).min(1).max(2_000).optional(),
  glob: z.string().min(1).max(1024).optional(),
  files: z
    .array(z.strictObject({ path: RelativePath, content: z.string().max(maxFileBytes) }))
    .min(1)
    .max(500)
    .optional(),
  /** An embedding model of the workspace; absent: its first. */
  model: Model.optional(),
})

/** What each kind of job is given. */
export const jobInputs = {
  task: TaskInput,
  summarize_session: SummarizeInput,
  embed_project: EmbedInput,
} as const
export type JobKind = keyof typeof jobInputs
export const JobKind = z.enum(Object.keys(jobInputs) as [JobKind, ...JobKind[]])
export type JobInput<Kind extends JobKind> = z.infer<(typeof jobInputs)[Kind]>

/** What each kind answers when it has succeeded. */
export const jobResults = {
  /** The final answer of the task's turn. */
  task: z.object({ turn_id: Id, message_id: Id, content: z.string() }),
  summarize_session: z.object({ summary: z.string() }),
  embed_project: z.object({
    model: z.string(),
    files: z.number().int(),
    chunks: z.number().int(),
    /** Files left out, with the reason: binary, too large, gone, refused. */
    skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  }),
} as const

/** Between two runs of a schedule: whole seconds, or a number with `s`, `m`, `h` or `d`. */
export const Interval = z
  .union([
    z.number().int().min(1).max(31_536_000),
    z.string().regex(/^[1-9]\d{0,7}[smhd]$/, 'must be seconds, or a number with s, m, h or d'),
  ])
  .describe('Whole seconds, or a number with s, m, h or d: 90, "15m", "1d".')

const unitSeconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** An interval in seconds. */
export const secondsOf = (interval: z.infer<typeof Interval>): number =>
  typeof interval === 'number'
    ? interval
    : Number(interval.slice(0, -1)) * unitSeconds[interval.at(-1) as keyof typeof unitSeconds]

/** One job, or one run of a schedule. */
export const Job = z.object({
  id: Id,
  session_id: Id,
  kind: JobKind,
  /** As it was asked for; of files that were given, the paths alone. */
  input: z.record(z.string(), z.unknown()),
  state: JobState,
  progress: z.number().min(0).max(1),
  /** What it does right now, or why it waits; for a person. */
  note: z.string().optional(),
  /** Of the kind's form in `jobResults`, once succeeded. */
  result: z.record(z.string(), z.unknown()).optional(),
  /** Why it failed, once failed. */
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** How often it was begun; a failed one is tried again with back-off. */
  attempts: z.number().int(),
  /** Not before this instant. */
  at: Timestamp.optional(),
  /** Seconds between the runs of its schedule. */
  every: z.number().int().optional(),
  /** The same for all runs of a schedule. */
  schedule_id: Id.optional(),
  created_at: Timestamp,
  started_at: Timestamp.optional(),
  ended_at: Timestamp.optional(),
})
export type Job = z.infer<typeof Job>

export const JobPage = page(Job)
export const JobsQuery = PageQuery.extend({
  session_id: Id.optional(),
  kind: JobKind.optional(),
  state: JobState.optional(),
})

/** A job as it is asked for; the input is checked against its kind's form, `field` names what is wrong. */
export const NewJob = z
  .object({
    session_id: Id,
    /** Made by the client: the same id twice is one job. */
    id: Id.optional(),
    kind: JobKind,
    input: z.record(z.string(), z.unknown()).default({}),
    at: Timestamp.optional(),
    every: Interval.optional(),
  })
  .superRefine(({ kind, input }, context) => {
    const checked = jobInputs[kind].safeParse(input)
    if (checked.success) return
    for (const issue of checked.error.issues)
      context.addIssue({
        code: 'custom',
        message: issue.message,
        path: ['input', ...issue.path],
      })
  })
export type NewJob = z.infer<typeof NewJob>
