import type { HiddenCharacter, PreviewWarning } from '@codelab/contracts/engine-ui/approvals'
import type { z } from 'zod'
import { readRegular } from '../place/regular-file.ts'
import { locateForChange } from '../place/write-place.ts'
import { hiddenCharactersIn } from '../preview/hidden-characters.ts'
import { textWarnings } from '../preview/preview-call.ts'
import { textOf } from '../text.ts'
import { bytesFor, storeText } from '../tools/store-text.ts'
import type { Bench } from '../tools/tool.ts'
import type { Keep } from '../undo/keep.ts'
import { createOwnChanges } from '../watching/own-changes.ts'
import { assertSame, versionOf } from './edit-text.ts'

const mostHidden = 200

/** The change's tool in the list of changes. */
export const applied = 'apply'

export type Proposed = {
  readonly path: string
  readonly before: string | null
  readonly version: string | null
  readonly warnings: z.infer<typeof PreviewWarning>[]
  readonly hidden: HiddenCharacter[]
}

/** What putting a text of the conversation into a file would change. */
export const proposeText = (
  bench: Bench,
  { path, text }: { readonly path: string; readonly text: string },
): Promise<Proposed> =>
  locateForChange(bench.locate, path, async (place) => {
    const read = place.stats && (await readRegular(place, path))
    const real = [...place.parts, ...place.missing].join('/')
    return {
      path: real,
      before: read ? textOf(read.bytes, path) : null,
      version: read ? versionOf(read) : null,
      warnings: textWarnings(real, text),
      hidden: [
        ...hiddenCharactersIn('path', real, { lines: false }),
        ...hiddenCharactersIn('after', text, { lines: true }),
      ].slice(0, mostHidden),
    }
  })

/** Writes it over exactly what the person was shown. It is their change, so the sessions of the project are told of it; what was there is kept. */
export const applyText = (
  bench: Bench,
  keep: Keep,
  { path, text, version }: { path: string; text: string; version: string | null },
): Promise<unknown> =>
  locateForChange(bench.locate, path, (place) =>
    storeText({ ...bench, own: createOwnChanges() }, place, {
      tool: applied,
      path,
      bytes: bytesFor(text, path),
      keep,
      check: (at) => assertSame({ ...place, at, missing: [] }, path, version),
    }),
  )
