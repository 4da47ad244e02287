import { join } from 'node:path'
import { baseImage } from './base.ts'
import { makeTar } from './make-tar.ts'
import { plumbingImages } from './plumbing.ts'
import { demoModelImage, productImage } from './products.ts'
import { postgresImage, redisImage } from './stores.ts'
import type { Image } from './image.ts'

type Wanted = {
  /** Where images are kept, by a digest of what they are made of. */
  readonly cache: string
  /** A static CoreDNS. */
  readonly corednsProgram: string
  readonly say: (line: string) => void
}

async function listImages(corednsProgram: string): Promise<Image[]> {
  const base = await baseImage()
  return [
    base,
    await productImage(base),
    demoModelImage(base),
    await postgresImage(),
    redisImage,
    ...(await plumbingImages(corednsProgram)),
  ]
}

/**
 * Every image that a cluster without a registry runs on, as archives that `ctr images import` reads: `localhost/codelab:<version>` (and
 * the next patch version, the same image), base, demo-model, postgres, redis, pause and coredns, each tagged `1`.
 */
export async function buildImages({
  cache,
  corednsProgram,
  say,
}: Wanted): Promise<{ tars: string[] }> {
  const folder = join(cache, 'images')
  const tars: string[] = []
  for (const image of await listImages(corednsProgram)) tars.push(await makeTar(image, folder, say))
  return { tars }
}
