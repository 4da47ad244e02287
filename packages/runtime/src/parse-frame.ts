import type { z } from 'zod'
import { isTooDeep, maxJsonDepth } from './json-depth.ts'

export type FrameSchemas = Record<string, z.ZodType>
export type ParsedFrame<Schemas extends FrameSchemas> =
  | { ok: true; frame: { [Type in keyof Schemas]: z.output<Schemas[Type]> }[keyof Schemas] }
  | { ok: false; message: string; field?: string; inReplyTo?: string }

const textOf = (value: unknown) =>
  typeof value === 'string' && value.length <= 128 ? value : undefined

/** Reads one socket frame by its `type`; a refusal names the field and the frame it answers. Unknown fields are dropped. */
export function parseFrame<Schemas extends FrameSchemas>(
  schemas: Schemas,
  data: string,
): ParsedFrame<Schemas> {
  let input: unknown
  try {
    input = JSON.parse(data)
  } catch {
    return { ok: false, message: 'The frame is not JSON.' }
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return { ok: false, message: 'A frame is a JSON object.' }
  const { type, id, call_id } = input as Record<string, unknown>
  const inReplyTo = textOf(id) ?? textOf(call_id)
  const reply = inReplyTo === undefined ? {} : { inReplyTo }
  if (isTooDeep(input))
    return {
      ok: false,
      message: `The frame is nested deeper than ${maxJsonDepth} levels.`,
      ...reply,
    }
  if (typeof type !== 'string' || !Object.hasOwn(schemas, type))
    return {
      ok: false,
      message: `type: unknown frame type ${JSON.stringify(textOf(type) ?? null)}`,
      field: 'type',
      ...reply,
    }
  const parsed = schemas[type]!.safeParse(input)
  if (parsed.success)
    return {
      ok: true,
      frame: parsed.data as { [Type in keyof Schemas]: z.output<Schemas[Type]> }[keyof Schemas],
    }
  const issue = parsed.error.issues[0]!
  const field = issue.path.join('.')
  return { ok: false, message: `${field || type}: ${issue.message}`, field, ...reply }
}
