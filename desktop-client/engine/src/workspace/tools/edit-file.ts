import { readRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { textOf } from '../text.ts'
import { ToolFailure } from '../tool-failure.ts'
import { stampAt } from '../watching/own-changes.ts'
import { applyEdits } from './apply-edits.ts'
import { bytesFor, storeText } from './store-text.ts'
import type { Run } from './tool.ts'

/** Replaces pieces of a file, all or none. Each piece must still be there exactly once, whatever was shown before. */
export const editFile: Run<'edit_file'> = async (bench, { path, edits }, signal, keep) =>
  await locateForChange(bench.locate, path, async (place) => {
    const before = await stampAt(place.at)
    const { bytes } = await readRegular(place, path)
    const edited = bytesFor(applyEdits(textOf(bytes, path), edits, path), path)
    const stored = await storeText(bench, place, {
      tool: 'edit_file',
      path,
      bytes: edited,
      keep,
      check: async (at) => {
        signal.throwIfAborted()
        if ((await stampAt(at)) !== before) {
          throw new ToolFailure(
            'failed',
            `${path} was changed by another program during the edit; nothing was written. Read it again.`,
          )
        }
      },
    })
    return { path: stored.path, edits: edits.length, bytes: stored.bytes }
  })
