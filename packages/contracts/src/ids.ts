import { z } from 'zod'

/** An opaque identifier: ours are UUIDv7, a client's may be anything of this alphabet (at most 128 characters). */
export const Id = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9._:-]+$/, 'may hold letters, digits and . _ : - only')
export type Id = z.infer<typeof Id>

/** RFC 3339; an input without an offset is read as UTC. */
export const Timestamp = z.iso.datetime({ offset: true, local: true })

/** Turns a wire timestamp into an instant; without an offset it means UTC. */
export const instantOf = (timestamp: string): Date =>
  new Date(/(?:[Zz]|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`)

/** One page of a list; `next_cursor` is absent on the last page. */
export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next_cursor: z.string().optional() })

/** The query of every paged list. */
export const PageQuery = z.object({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
