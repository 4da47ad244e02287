import type { Place } from '../place/locate.ts'
import { ToolFailure } from '../tool-failure.ts'
import type { Bench } from '../tools/tool.ts'
import type { Trashed } from '../undo/change.ts'
import type { Noted } from '../undo/keep.ts'

/** Moves what is at a place to the trash. `note` is told first where it will lie, so that it can be taken back whatever happens then. */
export async function trashPlace(
  { trash }: Pick<Bench, 'trash'>,
  place: Place,
  note: (trashed: Trashed) => Promise<Noted>,
): Promise<Noted> {
  const path = place.parts.join('/')
  if (!place.stats) throw new ToolFailure('file_not_found', `${path} does not exist.`)
  const reserved = await trash.reserve(path, place.stats)
  try {
    const noted = await note(reserved.trashed)
    await place.folder.confirm()
    await reserved.take(place.at).catch(async (error: unknown) => {
      await noted.drop()
      throw error
    })
    return noted
  } catch (error) {
    await reserved.release()
    throw error
  }
}
