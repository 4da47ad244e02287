import { z } from 'zod'
import { route } from '../route.ts'
import { ApprovalRule } from '../tools.ts'
import { Problem } from './failures.ts'

/** A rule of this machine: it may only make the workspace's stricter. */
export const NarrowingRule = ApprovalRule.extend({ action: z.enum(['ask', 'deny']) })
export type NarrowingRule = z.infer<typeof NarrowingRule>

/** `Mod+Shift+P`; `Mod` is Ctrl, on a Mac Cmd. */
const Keys = z
  .string()
  .max(40)
  .regex(
    /^(?:(?:Mod|Ctrl|Alt|Shift|Meta)\+)*(?:[^\s\p{C}]|F(?:1\d|2[0-4]|[1-9])|Enter|Escape|Tab|Space|Backspace|Delete|Home|End|PageUp|PageDown|Arrow(?:Up|Down|Left|Right))$/u,
    'must be like Mod+Shift+P',
  )

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** Pixels. */
  font_size: z.number().int().min(8).max(32),
  /** Of editor and code; empty: the system's monospace font. */
  font_family: z
    .string()
    .max(200)
    .regex(/^[\p{L}\p{N} ,._'"-]*$/u, 'must be names of fonts'),
  language: z.enum(['system', 'en', 'ru']),
  /** Command → keys; an empty text takes the command's usual keys away. */
  key_bindings: z.record(
    z.string().regex(/^[a-z][a-z0-9_.-]{0,63}$/),
    z.union([Keys, z.literal('')]),
  ),
  /** They hold on this machine, besides the workspace's: the stricter wins. */
  approval_rules: z.array(NarrowingRule).max(200),
  /** Commands without network, seeing only the project: `auto` where the system can, `required` refuses them elsewhere. */
  sandbox: z.enum(['auto', 'required', 'off']),
  /** Of commands in the sandbox. */
  sandbox_network: z.boolean(),
  /** The system tells when an approval waits or a job has ended. */
  notifications: z.boolean(),
} as const

/** What a person chose on this machine. */
export const Settings = z.strictObject({
  theme: fields.theme.default('system'),
  font_size: fields.font_size.default(14),
  font_family: fields.font_family.default(''),
  language: fields.language.default('system'),
  key_bindings: fields.key_bindings.default({}),
  approval_rules: fields.approval_rules.default([]),
  sandbox: fields.sandbox.default('auto'),
  sandbox_network: fields.sandbox_network.default(false),
  notifications: fields.notifications.default(true),
  /** The workspace's address; `chooseServer` changes it. */
  server: z.string().max(2048).optional(),
})
export type Settings = z.infer<typeof Settings>

/** Absent fields stay as they are. */
export const SettingsChange = z.strictObject(fields).partial()
export type SettingsChange = z.infer<typeof SettingsChange>

export const SettingsState = z.object({
  settings: Settings,
  /** What `auto` comes to on this machine. */
  sandbox: z.object({ available: z.boolean(), note: z.string().optional() }),
  /** The file could not be read whole: what is shown is in force, the file is kept under another name beside it. */
  problem: Problem.optional(),
})
export type SettingsState = z.infer<typeof SettingsState>

export const readSettings = route({
  method: 'get',
  path: '/api/v1/settings',
  summary: "This machine's settings.",
  access: 'page',
  status: 200,
  reply: SettingsState,
  fails: ['internal'],
})

export const changeSettings = route({
  method: 'patch',
  path: '/api/v1/settings',
  summary: 'Changes some of the settings; a wrong one names itself and nothing is changed.',
  access: 'page',
  body: SettingsChange,
  status: 200,
  reply: SettingsState,
  fails: ['invalid_request', 'forbidden', 'unavailable', 'internal'],
})
