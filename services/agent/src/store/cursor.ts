import { z } from 'zod'
import { Failure } from '@codelab/runtime/failure'

/** The position after which a page begins, opaque to callers. */
export const encodeCursor = (values: readonly string[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

/** The values of a cursor; none without one. Throws `invalid_request` for a cursor that is not ours. */
export function decodeCursor(cursor: string | undefined, length: number): string[] {
  if (cursor === undefined) return []
  try {
    const values = z
      .array(z.string())
      .length(length)
      .parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()))
    if (values.some((value) => value.includes('\0'))) throw new Error('NUL')
    return values
  } catch {
    throw new Failure('invalid_request', {
      message: 'cursor: use the next_cursor of the page before.',
      field: 'cursor',
    })
  }
}

/** A page out of `limit + 1` rows: the extra one only tells that there is more. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  item: (row: Row) => Item,
  cursorOf: (row: Row) => readonly string[],
): { items: Item[]; next_cursor?: string } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: shown.map(item), ...(more && { next_cursor: encodeCursor(cursorOf(last)) }) }
}
