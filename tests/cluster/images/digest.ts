import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Image } from './image.ts'

async function addPath(hash: Hash, path: string, name: string): Promise<void> {
  const { mode } = await stat(path)
  hash.update(`\0${name}\0${mode}\0`)
  for await (const part of createReadStream(path)) hash.update(part as Buffer)
}

/** Names, modes and content of a file, or of all files below a folder but installed packages. */
async function addInput(hash: Hash, path: string): Promise<void> {
  if ((await stat(path)).isFile()) return addPath(hash, path, '')
  for (const name of (await readdir(path)).toSorted()) {
    if (name === 'node_modules') continue
    const below = join(path, name)
    hash.update(`\0${name}\0`)
    await addInput(hash, below)
  }
}

/** Changes whenever the image would. */
export async function keyOf(image: Image): Promise<string> {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([image.name, image.tags, image.args, image.facts, process.arch]))
  for (const [argument, from] of Object.entries(image.from))
    hash.update(`\0${argument}\0${await keyOf(from)}`)
  for (const input of [image.dockerfile, ...image.inputs]) await addInput(hash, input)
  return hash.digest('hex').slice(0, 16)
}
