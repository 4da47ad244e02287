import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { makeDebian, packages, release } from './debian.ts'
import { copyInto, type Image, imageOf, versionIn } from './image.ts'

export const debian: Image = imageOf({
  name: 'debian',
  tags: [],
  facts: [release, ...packages],
  inputs: [join(import.meta.dirname, 'debian.ts')],
  prepare: makeDebian,
})

/** Stands in for node:24-bookworm-slim, with the Node that npm installed. */
export async function baseImage(): Promise<Image> {
  const manifest = createRequire(import.meta.url).resolve('node/package.json')
  return imageOf({
    name: 'base',
    from: { DEBIAN: debian },
    facts: [await versionIn(manifest)],
    prepare: (context) => copyInto(context, join(dirname(manifest), 'bin', 'node'), 'node'),
  })
}
