import { z } from 'zod'

/** The content of a file at one moment; its bytes lie in the image store under their hash. */
export const Image = z.object({ sha256: z.string(), size: z.number().int() })
export type Image = z.infer<typeof Image>

/** Where an entry lies in a trash: `folder/files/name`. */
export const Trashed = z.object({ folder: z.string(), name: z.string() })
export type Trashed = z.infer<typeof Trashed>

const Kind = z.enum(['file', 'link', 'folder'])
export type EntryKind = z.infer<typeof Kind>

/** One thing that a tool did; paths are relative to the project folder. */
export const Step = z.discriminatedUnion('kind', [
  /** `before` is null where there was no file. */
  z.object({ kind: z.literal('text'), path: z.string(), before: Image.nullable(), after: Image }),
  z.object({ kind: z.literal('folder_made'), path: z.string() }),
  z.object({ kind: z.literal('moved'), path: z.string(), to: z.string() }),
  z.object({ kind: z.literal('trashed'), path: z.string(), entry: Kind, trashed: Trashed }),
])
export type Step = z.infer<typeof Step>

/** What one tool call changed on this machine, in the order in which it did. */
export const Change = z.object({
  id: z.string(),
  session_id: z.string(),
  call_id: z.string().optional(),
  tool: z.string(),
  at: z.string(),
  /** The real path of the project folder. */
  root: z.string(),
  steps: z.array(Step).min(1),
  undone_at: z.string().optional(),
})
export type Change = z.infer<typeof Change>
