import { z } from 'zod'

/** One step to run. It counts only while the session's fence is the one it was queued with. */
export const StepJob = z.object({
  session_id: z.string(),
  turn_id: z.string(),
  step: z.number().int(),
  fence: z.number().int(),
  /** The turn's user message and model, so that the context can be read while the step is being taken. */
  message_id: z.string().optional(),
  model: z.string().nullable().optional(),
  /** W3C trace context of what caused the step. */
  traceparent: z.string().optional(),
})
export type StepJob = z.infer<typeof StepJob>
