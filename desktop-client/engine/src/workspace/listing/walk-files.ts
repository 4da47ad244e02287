import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeldFolder } from '../place/held-folder.ts'
import { type Place, statsOf } from '../place/locate.ts'
import { isUnfinished } from '../place/replace-file.ts'
import { readRegular } from '../place/regular-file.ts'
import { looseText } from '../text.ts'
import { type FolderRules, isIgnored, isNeverShown, type Rules, rulesOf } from './ignore-rules.ts'

export type Entry = {
  /** Relative to the project folder, with `/`. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link'
}

/** The rules that a folder holds; a link or an unreadable file holds none. */
export async function rulesIn(
  folder: HeldFolder,
  parts: readonly string[],
  name = '.gitignore',
): Promise<Rules | undefined> {
  try {
    const at = join(folder.at, name)
    const place: Place = { folder, name, at, parts, stats: await statsOf(at), missing: [] }
    return rulesOf(looseText((await readRegular(place, name)).bytes))
  } catch {
    return undefined
  }
}

const withRules = (layers: readonly FolderRules[], folder: string, rules: Rules | undefined) =>
  rules ? [...layers, { folder, rules }] : layers

/** The layers that hold for an entry: of git's own exclude file and of each folder above it. An entry that is itself ignored starts anew. */
export async function layersAbove(
  root: HeldFolder,
  parts: readonly string[],
): Promise<readonly FolderRules[]> {
  let layers = withRules([], '', await rulesIn(root, [], '.git/info/exclude'))
  let folder = root
  const held: HeldFolder[] = []
  try {
    for (const [index, name] of parts.entries()) {
      layers = withRules(layers, parts.slice(0, index).join('/'), await rulesIn(folder, []))
      if (isIgnored(layers, parts.slice(0, index + 1).join('/'), true)) layers = []
      if (index === parts.length - 1) break
      folder = await folder.child(name)
      held.push(folder)
    }
    return layers
  } finally {
    for (const one of held) await one.close()
  }
}

const kindOf = (entry: Dirent): Entry['kind'] | undefined => {
  if (entry.isDirectory()) return 'folder'
  if (entry.isSymbolicLink()) return 'link'
  return entry.isFile() ? 'file' : undefined
}

async function entriesIn(folder: HeldFolder): Promise<[string, Entry['kind']][]> {
  const entries = await readdir(folder.at, { withFileTypes: true })
  await folder.confirm()
  return entries
    .flatMap((entry): [string, Entry['kind']][] => {
      const kind = kindOf(entry)
      const hidden = isNeverShown(entry.name) || isUnfinished(entry.name)
      return kind === undefined || hidden ? [] : [[entry.name, kind]]
    })
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
}

export type WalkOptions = {
  readonly folder: HeldFolder
  readonly parts: readonly string[]
  readonly layers: readonly FolderRules[]
  readonly signal: AbortSignal
}

/** Everything below a folder that git does not ignore, level by level; links are named, not followed. */
export async function* walkFiles({
  folder,
  parts,
  layers,
  signal,
}: WalkOptions): AsyncGenerator<Entry> {
  type Level = { readonly names: readonly string[]; readonly layers: readonly FolderRules[] }
  let level: Level[] = [{ names: [], layers }]
  while (level.length > 0) {
    const next: Level[] = []
    for (const { names, layers: outer } of level) {
      signal.throwIfAborted()
      const found = await inFolder(folder, names, async (held) => {
        const path = [...parts, ...names].join('/')
        return {
          entries: await entriesIn(held),
          layers: withRules(outer, path, await rulesIn(held, [])),
        }
      })
      for (const [name, kind] of found?.entries ?? []) {
        const path = [...parts, ...names, name].join('/')
        if (isIgnored(found?.layers ?? [], path, kind === 'folder')) continue
        yield { path, kind }
        if (kind === 'folder') next.push({ names: [...names, name], layers: found?.layers ?? [] })
      }
    }
    level = next
  }
}

/** Works in a folder below another; undefined when it is gone or became something else since it was seen. */
async function inFolder<Value>(
  from: HeldFolder,
  names: readonly string[],
  work: (folder: HeldFolder) => Promise<Value>,
): Promise<Value | undefined> {
  const held: HeldFolder[] = []
  try {
    for (const name of names) held.push(await (held.at(-1) ?? from).child(name))
    return await work(held.at(-1) ?? from)
  } catch (error) {
    if (names.length === 0) throw error
    return undefined
  } finally {
    for (const folder of held) await folder.close()
  }
}
