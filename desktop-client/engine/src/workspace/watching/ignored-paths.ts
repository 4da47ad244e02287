import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FolderRules, isIgnored, isNeverShown, rulesOf } from '../listing/ignore-rules.ts'
import { isUnfinished } from '../place/replace-file.ts'

export const rulesFile = '.gitignore'
const longestRules = 64 * 1024

/** What editors keep beside a file while it is open, or while they save it. */
const isOfAnEditor = (name: string) => /^\..+\.sw[px]$|~$|^\.subl.*\.tmp$/.test(name)

const isNeverWatched = (name: string): boolean =>
  isNeverShown(name) || name === 'node_modules' || isUnfinished(name) || isOfAnEditor(name)

function readRules(path: string) {
  try {
    const stats = lstatSync(path)
    return stats.isFile() && stats.size <= longestRules
      ? rulesOf(readFileSync(path, 'utf8'))
      : undefined
  } catch {
    return undefined
  }
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')))

/** What the watcher leaves out. Reads each folder's rules once, until they change. */
export type IgnoredPaths = {
  /** The rules of a folder changed: read them again when they are needed. */
  forget(folder: string): void
  /** A test of the entries of a folder that is itself not left out. */
  inFolder(folder: string): (name: string, isFolder: boolean) => boolean
  /** Also true for what lies in a folder that is left out. */
  has(path: string): boolean
}

export function createIgnoredPaths(root: string): IgnoredPaths {
  const known = new Map<string, ReturnType<typeof readRules>>()
  const rulesAt = (folder: string) => {
    if (!known.has(folder)) known.set(folder, readRules(join(root, folder, rulesFile)))
    return known.get(folder)
  }
  const excluded = readRules(join(root, '.git', 'info', 'exclude'))
  const base: FolderRules[] = excluded ? [{ folder: '', rules: excluded }] : []

  const layersOf = (folder: string): FolderRules[] => {
    const above = folder === '' ? base : layersOf(parentOf(folder))
    const rules = rulesAt(folder)
    return rules ? [...above, { folder, rules }] : above
  }
  const inFolder = (folder: string) => {
    const layers = layersOf(folder)
    const prefix = folder === '' ? '' : `${folder}/`
    return (name: string, isFolder: boolean) =>
      isNeverWatched(name) || isIgnored(layers, prefix + name, isFolder)
  }
  return {
    forget: (folder) => void known.delete(folder),
    inFolder,
    has: (path) => {
      const names = path.split('/')
      return names.some((name, index) =>
        inFolder(names.slice(0, index).join('/'))(name, index < names.length - 1),
      )
    },
  }
}
