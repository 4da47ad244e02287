import { z } from 'zod'
import { Id, Timestamp } from '../ids.ts'
import { route } from '../route.ts'
import { ToolFailureCode } from '../errors.ts'
import { PendingApproval } from '../sessions.ts'
import { serverFailures } from './conversations.ts'

const Arguments = z.record(z.string(), z.unknown())

/** A tool call that waits for this person. */
export const WaitingCall = PendingApproval.extend({
  /** Of the session. */
  title: z.string().nullable(),
  /** Who asks: the workspace's rules, or a rule in this machine's settings. */
  asked_by: z.enum(['workspace', 'machine']),
  /** False: its arguments cannot be edited, and it cannot be approved for the session. */
  editable: z.boolean(),
})
export type WaitingCall = z.infer<typeof WaitingCall>

export const listWaitingCalls = route({
  method: 'get',
  path: '/api/v1/approvals',
  summary: 'The calls of all sessions that wait for a decision, oldest first.',
  access: 'page',
  status: 200,
  reply: z.object({ items: z.array(WaitingCall) }),
  fails: [...serverFailures],
})

/** Something that the person should know before they approve. */
export const PreviewWarning = z.object({
  /** `control_characters`, `hidden_characters`, `inside_git`, `runs_later`, `always_asks`, `through_link`, `outside_risk`, or one yet unknown. */
  code: z.string(),
  message: z.string(),
})

/** What is at a path: never the content of what is no text. */
export const PathContent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('text'), text: z.string() }),
  z.object({ kind: z.literal('binary'), size: z.number() }),
  z.object({ kind: z.literal('large'), size: z.number() }),
])

const Thing = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('absent') }),
  z.object({ kind: z.literal('file'), size: z.number() }),
  /** Counted up to 1,000. */
  z.object({ kind: z.literal('folder'), entries: z.number() }),
  z.object({ kind: z.literal('link'), target: z.string() }),
  z.object({ kind: z.literal('special') }),
])

/** A character that is not seen, or turns the reading direction. */
export const HiddenCharacter = z.object({
  /** Where: `path`, `to`, `after`, `argv.2`, `cwd`. */
  field: z.string(),
  /** Both from 1; columns in UTF-16 units. */
  line: z.number().int(),
  column: z.number().int(),
  /** `U+202E`. */
  code: z.string(),
})
export type HiddenCharacter = z.infer<typeof HiddenCharacter>

/** What the call would do, by the kind of it. Paths are the real ones, relative to the project folder. */
export const PreviewEffect = z.discriminatedUnion('kind', [
  /** The two sides of the difference. */
  z.object({
    kind: z.literal('text_change'),
    path: z.string(),
    before: PathContent,
    after: z.string(),
  }),
  z.object({ kind: z.literal('new_folder'), path: z.string(), existing: Thing }),
  z.object({
    kind: z.literal('move'),
    path: z.string(),
    to: z.string(),
    moved: Thing,
    existing: Thing,
  }),
  z.object({ kind: z.literal('deletion'), path: z.string(), deleted: Thing }),
  /** Exactly these words, without a shell. */
  z.object({
    kind: z.literal('command'),
    argv: z.array(z.string()),
    cwd: z.string(),
    timeoutSeconds: z.number(),
    /** What it runs in; `refused`: this machine's settings want a sandbox, so it would not be started. */
    sandbox: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('bubblewrap'), network: z.boolean() }),
      z.object({ kind: z.literal('none'), reason: z.string(), refused: z.boolean() }),
    ]),
  }),
  /** It only looks, or the server answers it itself. */
  z.object({ kind: z.literal('look') }),
  /** The session's tools run in no folder of this machine: nothing can be shown but the arguments. */
  z.object({ kind: z.literal('elsewhere') }),
  /** It would fail: the tool's own words. */
  z.object({ kind: z.literal('impossible'), code: ToolFailureCode, message: z.string() }),
])
export type PreviewEffect = z.infer<typeof PreviewEffect>

export const Preview = z.object({
  /** Stands for exactly these arguments: an approval names it. */
  preview_id: z.string(),
  session_id: Id,
  call_id: Id,
  tool: z.string(),
  arguments: Arguments,
  reason: z.string().optional(),
  expires_at: Timestamp.optional(),
  /** The arguments are not the model's: approving is an edit. */
  edited: z.boolean(),
  effect: PreviewEffect,
  warnings: z.array(PreviewWarning),
  /** At most 200. */
  hidden: z.array(HiddenCharacter),
})
export type Preview = z.infer<typeof Preview>

const CallParams = z.object({ session: Id, call: Id })

export const previewCall = route({
  method: 'post',
  path: '/api/v1/approvals/:session/:call/preview',
  summary:
    'What a waiting call would do right now; with `arguments`, what it would do after this edit. Nothing is changed.',
  access: 'page',
  params: CallParams,
  body: z.strictObject({ arguments: Arguments.optional() }),
  status: 200,
  reply: Preview,
  fails: ['invalid_request', 'not_found', 'conflict', 'payload_too_large', ...serverFailures],
})

export const decideCall = route({
  method: 'post',
  path: '/api/v1/approvals/:session/:call',
  summary:
    'Approves what a preview showed, or rejects. `conflict` (`look_again`) when the preview is unknown or no longer the latest.',
  access: 'page',
  params: CallParams,
  body: z.discriminatedUnion('decision', [
    z.strictObject({
      decision: z.literal('approve'),
      preview_id: z.string().min(1).max(128),
      /** Exactly this tool with exactly these arguments, for the rest of the session. */
      remember: z.literal('session').optional(),
      feedback: z.string().max(10_000).optional(),
    }),
    z.strictObject({
      decision: z.literal('reject'),
      feedback: z.string().max(10_000).optional(),
    }),
  ]),
  status: 200,
  /** `late`: somebody else was first, or it has ended. */
  reply: z.object({ outcome: z.enum(['taken', 'late']) }),
  fails: ['invalid_request', 'not_found', 'conflict', 'payload_too_large', ...serverFailures],
})
