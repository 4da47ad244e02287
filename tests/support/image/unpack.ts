import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exec } from '../../cluster/harness/exec.ts'

type Entry = { readonly Config: string; readonly RepoTags: string[]; readonly Layers: string[] }

export type ImageConfig = {
  readonly Env: readonly string[]
  readonly User?: string
  readonly WorkingDir?: string
  readonly Entrypoint?: readonly string[] | null
  readonly Cmd?: readonly string[] | null
  readonly Labels?: Readonly<Record<string, string>>
}

export type Unpacked = {
  readonly root: string
  readonly tags: readonly string[]
  readonly config: ImageConfig
}

/** Unpacks a docker archive into a root file system, as a container runtime does. */
export async function unpackImage(archive: string, folder: string): Promise<Unpacked> {
  const root = join(folder, 'root')
  const saved = join(folder, 'saved')
  for (const made of [root, saved]) await mkdir(made, { recursive: true })
  await exec('tar', ['-xf', archive, '-C', saved])
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(saved, file), 'utf8'))
  const [entry] = (await read('manifest.json')) as [Entry]
  for (const layer of entry.Layers) await exec('tar', ['-xf', join(saved, layer), '-C', root])
  const { config } = (await read(entry.Config)) as { config: ImageConfig }
  return { root, tags: entry.RepoTags, config }
}
