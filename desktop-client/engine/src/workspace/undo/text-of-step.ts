import { createHash } from 'node:crypto'
import { maxFileBytes } from '@codelab/contracts/tools'
import { readRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import type { Content } from '../preview/preview.ts'
import type { Bench } from '../tools/tool.ts'
import type { Step } from './change.ts'
import type { ImageStore } from './image-store.ts'
import { contentOf } from './undo-steps.ts'

/** A file of a change as it was before, and as it is. */
export type TextOfChange = {
  readonly path: string
  readonly before: Content
  readonly now: Content
  /** It is still as the change left it. */
  readonly untouched: boolean
}

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** Reads both sides of a step; changes nothing. */
export const textOfStep = (
  { bench, images }: { readonly bench: Bench; readonly images: ImageStore },
  { path, before, after }: Extract<Step, { kind: 'text' }>,
): Promise<TextOfChange> =>
  locateForChange(bench.locate, path, async (place) => {
    const kept = before ? await images.read(before) : undefined
    const was: Content =
      before && !kept ? { kind: 'large', size: before.size } : contentOf(kept ?? undefined)
    if (!place.stats?.isFile())
      return { path, before: was, now: { kind: 'absent' }, untouched: false }
    const { size } = place.stats
    if (size > maxFileBytes)
      return { path, before: was, now: { kind: 'large', size }, untouched: false }
    const { bytes } = await readRegular(place, path)
    const untouched = digestOf(bytes) === after.sha256
    return { path, before: was, now: contentOf(bytes), untouched }
  })
