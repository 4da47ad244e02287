import { z } from 'zod'

/** A job's way: queued → running ⇄ waiting (for a person, a machine or the session's turn) → one of the three ends. */
export const JobState = z.enum(['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'])
export type JobState = z.infer<typeof JobState>
