import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '../harness/exec.ts'

const manifest = 'manifest.json'

type Entry = {
  readonly Config: string
  readonly RepoTags: readonly string[]
  readonly Layers: readonly string[]
}

/** Gives the one image of an unpacked docker archive its names and packs it: a second name costs no more than a word. */
export async function packWithTags(
  folder: string,
  tags: readonly string[],
  archive: string,
): Promise<void> {
  const path = join(folder, manifest)
  const [entry] = JSON.parse(await readFile(path, 'utf8')) as [Entry]
  await writeFile(path, JSON.stringify([{ ...entry, RepoTags: tags }]))
  // What else lies there is for engines older than this form of archive, and names the tags again.
  await exec('tar', ['-cf', archive, '-C', folder, manifest, entry.Config, ...entry.Layers])
}
