import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { withLock } from '../harness/cache-folder.ts'
import { exec } from '../harness/exec.ts'
import { createBuildah } from './buildah.ts'
import { keyOf } from './digest.ts'
import type { Image } from './image.ts'
import { packWithTags } from './pack-with-tags.ts'

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

type Say = (line: string) => void
type Kept = { readonly reference: string; readonly tar: string }

const keptAs = async (image: Image, folder: string): Promise<Kept> => {
  const key = await keyOf(image)
  return {
    reference: `localhost/${image.name}:${key}`,
    tar: join(folder, `${image.name}-${key}.tar`),
  }
}

/** Archives of other versions of the same image go: a cache holds each image once. */
async function removeOlder(image: Image, { tar }: Kept, folder: string): Promise<void> {
  const name = new RegExp(`^${image.name}-[0-9a-f]{16}\\.tar$`)
  for (const file of await readdir(folder))
    if (name.test(file) && file !== basename(tar)) await rm(join(folder, file), { force: true })
}

async function build(image: Image, kept: Kept, folder: string, say: Say): Promise<void> {
  const buildah = createBuildah(folder)
  const bases: [string, string][] = []
  for (const [argument, from] of Object.entries(image.from)) {
    const base = await keptAs(from, folder)
    await makeUnlocked(from, base, folder, say)
    await buildah.ensure(base)
    bases.push([argument, base.reference])
  }
  const began = performance.now()
  say(`building image ${image.name} …`)
  const context = await mkdtemp(join(folder, 'context-'))
  try {
    await image.prepare(context)
    const args = { ...image.args, ...Object.fromEntries(bases) }
    const { dockerfile, target } = image
    await buildah.build({ context, dockerfile, target, args, reference: kept.reference })
    await buildah.save(kept.reference, join(context, 'saved.tar'))
    const saved = join(context, 'saved')
    await mkdir(saved)
    await exec('tar', ['-xf', join(context, 'saved.tar'), '-C', saved])
    const tags = image.tags.map((tag) => `localhost/${image.name}:${tag}`)
    const unfinished = `${kept.tar}.unfinished`
    await packWithTags(saved, tags.length > 0 ? tags : [kept.reference], unfinished)
    await rename(unfinished, kept.tar)
  } finally {
    await rm(context, { recursive: true, force: true })
  }
  await removeOlder(image, kept, folder)
  await buildah.forgetOlder(image.name, kept.reference)
  say(`building image ${image.name} took ${((performance.now() - began) / 1_000).toFixed(0)} s`)
}

async function makeUnlocked(image: Image, kept: Kept, folder: string, say: Say): Promise<void> {
  if (!(await exists(kept.tar))) await build(image, kept, folder, say)
}

/** The archive of an image, built when there is none of just this content. */
export async function makeTar(image: Image, folder: string, say: Say): Promise<string> {
  const kept = await keptAs(image, folder)
  if (await exists(kept.tar)) return kept.tar
  await mkdir(folder, { recursive: true })
  await withLock(join(folder, 'lock'), () => makeUnlocked(image, kept, folder, say))
  return kept.tar
}
