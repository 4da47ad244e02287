import { z } from 'zod'
import { Failure } from '@codelab/runtime/failure'

/** The position after which a page begins, opaque to callers. */
export const encodeCursor = (values: readonly string[]): string =>
  Buffer.from(JSON.stringify(values)).toString('base64url')

const foreignCursor = () =>
  new Failure('invalid_request', {
    message: 'cursor: use the next_cursor of the page before.',
    field: 'cursor',
  })

/** SQLSTATE class of values that are none of their type: a cursor that somebody made up. */
const isDataException = (error: unknown) =>
  error instanceof Error && /^22/.test((error as { code?: string }).code ?? '')

/** Reads a page with the values of its cursor. Throws `invalid_request` for a cursor that is not ours. */
export async function readAfter<Result>(
  cursor: string | undefined,
  length: number,
  read: (values: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const values = decodeCursor(cursor, length)
  try {
    return await read(values)
  } catch (error) {
    throw cursor !== undefined && isDataException(error) ? foreignCursor() : error
  }
}

/** The values of a cursor; none without one. Throws `invalid_request` for one that is not even a list of so many texts. */
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
    throw foreignCursor()
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
