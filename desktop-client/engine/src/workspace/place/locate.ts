import { existsSync, type Stats } from 'node:fs'
import { lstat, readlink, realpath } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { systemCode, ToolFailure, toolFailureOf } from '../tool-failure.ts'
import { type HeldFolder, movedAway } from './held-folder.ts'
import { holdOnLinux } from './held-folder-linux.ts'
import { holdByPath } from './held-folder-portable.ts'
import { namesIn, partsOf } from './path-parts.ts'

const mostLinks = 40

/** Where a path leads: a held folder and a name in it. */
export type Place = {
  readonly folder: HeldFolder
  /** `.` for the folder itself. */
  readonly name: string
  /** For system calls: `folder.at` and `name`. */
  readonly at: string
  /** The names from the project folder, links worked out. */
  readonly parts: readonly string[]
  /** Of the entry itself, not of what it links to; undefined where nothing is. */
  readonly stats: Stats | undefined
  /** Names below `name` that do not exist either. */
  readonly missing: readonly string[]
}

export type LocateOptions = {
  /** A link in the last place is followed; else it is the place. */
  readonly followLast: boolean
}

export type Locate = <Value>(
  path: string,
  options: LocateOptions,
  work: (place: Place) => Promise<Value>,
) => Promise<Value>

export const statsOf = async (path: string): Promise<Stats | undefined> => {
  try {
    return await lstat(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const outside = (path: string) =>
  new ToolFailure('path_outside_workspace', `${path} leads out of the project folder.`)

/** The names below `root` of an absolute path, or undefined when it is not below. */
export function namesBelow(root: string, path: string): string[] | undefined {
  const way = relative(root, path)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined
  return namesIn(way)
}

async function enter(folder: HeldFolder, name: string, stats: Stats): Promise<HeldFolder> {
  try {
    return await folder.child(name)
  } catch (error) {
    // It was a folder a moment ago: something was swapped in between.
    throw systemCode(error) === 'ENOTDIR' && stats.isDirectory() ? movedAway() : error
  }
}

/** Resolves paths below one project folder (`root`, a real path) step by step, so that nothing outside is ever opened. */
export function createLocate(root: string, hold = defaultHold): Locate {
  /** An absolute way, or one that climbs over the project folder, may still come back into it. */
  const reenter = async (target: string, path: string): Promise<string[]> => {
    const real = await realpath(target).catch(() => resolve(target))
    const names = namesBelow(root, real)
    if (!names) throw outside(path)
    return names
  }

  const walk = async (path: string, followLast: boolean, held: HeldFolder[]): Promise<Place> => {
    const pending = partsOf(path)
    const parts: string[] = []
    const first = held[0] as HeldFolder
    let links = 0
    const dropTo = async (depth: number) => {
      parts.length = depth
      for (const folder of held.splice(depth + 1)) await folder.close()
    }
    const restart = async (target: string) => {
      const names = await reenter(target, path)
      await dropTo(0)
      pending.splice(0, pending.length, ...names)
    }

    while (pending.length > 0) {
      const name = pending.shift() as string
      const folder = held.at(-1) ?? first
      if (name === '..') {
        if (parts.length > 0) await dropTo(parts.length - 1)
        else await restart(join(root, '..', ...pending))
        continue
      }
      const at = join(folder.at, name)
      const stats = await statsOf(at)
      const last = pending.length === 0
      if (stats?.isSymbolicLink() && !(last && !followLast)) {
        links += 1
        if (links > mostLinks) {
          throw new ToolFailure('file_not_found', `${path} is a link that leads to itself.`)
        }
        const target = await readlink(at)
        if (isAbsolute(target)) await restart(join(target, ...pending))
        else pending.unshift(...namesIn(target))
        continue
      }
      if (last || !stats) {
        return { folder, name, at, parts: [...parts, name], stats, missing: pending }
      }
      held.push(await enter(folder, name, stats))
      parts.push(name)
    }
    const folder = held.at(-1) ?? first
    const at = `${folder.at}${sep}.`
    return { folder, name: '.', at, parts, stats: await lstat(at), missing: [] }
  }

  return async (path, { followLast }, work) => {
    const held = [await hold(root)]
    try {
      await held[0]?.confirm()
      const place = await walk(path, followLast, held)
      return await work(place)
    } catch (error) {
      throw systemCode(error) === undefined ? error : toolFailureOf(error, path)
    } finally {
      for (const folder of held) await folder.close()
    }
  }
}

/** Some containers and chroots are without /proc. */
const defaultHold =
  process.platform === 'linux' && existsSync('/proc/self/fd') ? holdOnLinux : holdByPath
