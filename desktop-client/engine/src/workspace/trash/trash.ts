import { constants, type Stats } from 'node:fs'
import {
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { Trashed } from '../undo/change.ts'
import { moveEntry } from '../place/move-entry.ts'
import { statsOf } from '../place/locate.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import { homeTrash, trashFor } from './trash-folder.ts'

export type Trash = {
  /** Chooses a name in the trash for an entry; nothing has moved yet. */
  reserve(path: string, stats: Stats): Promise<Reserved>
  /** Puts an entry back at a place where nothing is. Fails with file_not_found when the trash was emptied. */
  restore(trashed: Trashed, at: string, path: string): Promise<void>
  has(trashed: Trashed): Promise<boolean>
}

export type Reserved = {
  readonly trashed: Trashed
  /** Moves the entry at `at` there. */
  take(at: string): Promise<void>
  release(): Promise<void>
}

const mostTries = 1_000
/** Room for a number and for `.trashinfo` in a name of 255 bytes. */
const longestName = 200

const shortened = (name: string): string => {
  let short = name
  while (Buffer.byteLength(short) > longestName) short = short.slice(0, -1)
  return short.isWellFormed() ? short : short.slice(0, -1)
}

const encoded = (path: string) => path.split('/').map(encodeURIComponent).join('/')

const localTime = (date: Date) => {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day}T${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`
}

const fileOf = ({ folder, name }: Trashed) => join(folder, 'files', name)
const infoOf = ({ folder, name }: Trashed) => join(folder, 'info', `${name}.trashinfo`)

/** The first name that is free: who makes the info file has it. */
async function reserveName(folder: string, original: string, info: string): Promise<Trashed> {
  const wanted = shortened(original)
  for (let number = 1; number <= mostTries; number += 1) {
    const trashed = { folder, name: number === 1 ? wanted : `${wanted}.${number}` }
    try {
      const file = await open(infoOf(trashed), 'wx', 0o600)
      await file.writeFile(info).finally(() => file.close())
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      await rm(infoOf(trashed), { force: true })
      throw error
    }
    if (!(await statsOf(fileOf(trashed)))) return trashed
    await rm(infoOf(trashed), { force: true })
  }
  throw new ToolFailure('failed', `The trash holds too many files named ${wanted}.`)
}

/** Between two file systems: a copy first, then the original goes. */
async function copyEntry(from: string, to: string): Promise<void> {
  const stats = await lstat(from)
  if (stats.isSymbolicLink()) {
    await symlink(await readlink(from), to)
    await unlink(from)
  } else if (stats.isDirectory()) {
    if ((await readdir(from)).length > 0) {
      throw new ToolFailure(
        'failed',
        'The folder is not empty and the trash lies on another file system; nothing was deleted. Delete what is in it first.',
      )
    }
    await mkdir(to, { mode: stats.mode })
    await rmdir(from)
  } else {
    await copyFile(from, to, constants.COPYFILE_EXCL)
    const now = await lstat(from)
    if (now.ino !== stats.ino || now.mtimeMs !== stats.mtimeMs || now.size !== stats.size) {
      await rm(to, { force: true })
      throw new ToolFailure('failed', 'The file changed while it was moved to the trash.')
    }
    await unlink(from)
  }
}

async function renameOrCopy(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    await copyEntry(from, to)
  }
}

/** The trash of the person: `root` is the project folder, `own` the client's folder, for where there is no other. */
export function createTrash(options: {
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly own?: string | undefined
  readonly now?: () => Date
}): Trash {
  const { root, env, own, now = () => new Date() } = options
  const home = homeTrash(env, own)
  return {
    reserve: async (path, stats) => {
      const place = await trashFor(root, stats.dev, home)
      if (!place) {
        throw new ToolFailure(
          'failed',
          `${path} was not deleted: there is no trash here that it could be taken back from.`,
        )
      }
      const original = join(root, path)
      const told = place.top === undefined ? original : relative(place.top, original)
      const info = `[Trash Info]\nPath=${encoded(told)}\nDeletionDate=${localTime(now())}\n`
      const trashed = await reserveName(place.folder, basename(path), info)
      return {
        trashed,
        take: (at) => renameOrCopy(at, fileOf(trashed)),
        release: () => rm(infoOf(trashed), { force: true }),
      }
    },

    has: async (trashed) => (await statsOf(fileOf(trashed))) !== undefined,

    restore: async (trashed, at, path) => {
      const stats = await statsOf(fileOf(trashed))
      if (!stats) {
        throw new ToolFailure('file_not_found', `${path} is no longer in the trash.`)
      }
      try {
        await moveEntry({ at: fileOf(trashed), stats }, at, path)
      } catch (error) {
        if (systemCode(error) !== 'EXDEV') throw error
        await copyEntry(fileOf(trashed), at)
      }
      await rm(infoOf(trashed), { force: true })
    },
  }
}
