import type { BigIntStats } from 'node:fs'
import { lstat } from 'node:fs/promises'
import { systemCode } from '../tool-failure.ts'

const most = 20_000
const absent = 'absent'

/** Identity and content of an entry in one text, without reading it. */
const stampOf = ({ ino, size, mtimeNs }: BigIntStats): string => `${ino} ${size} ${mtimeNs}`

/** The stamp of what is at a path now. */
export async function stampAt(path: string): Promise<string> {
  try {
    return stampOf(await lstat(path, { bigint: true }))
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return absent
    throw error
  }
}

/** Remembers what the tools left behind, so that their work is not taken for a person's. */
export type OwnChanges = {
  /** `path`: relative with `/`; `at`: where it can be looked at now. */
  made(path: string, at: string): Promise<void>
  removed(path: string): void
  /** True when the entry is as a tool left it. */
  isOwn(path: string, stamp: string): boolean
}

export function createOwnChanges(): OwnChanges {
  const stamps = new Map<string, string>()
  const remember = (path: string, stamp: string) => {
    stamps.delete(path)
    stamps.set(path, stamp)
    const oldest = stamps.size > most ? stamps.keys().next().value : undefined
    if (oldest !== undefined) stamps.delete(oldest)
  }
  return {
    made: async (path, at) => remember(path, await stampAt(at)),
    removed: (path) => remember(path, absent),
    isOwn: (path, stamp) => stamps.get(path) === stamp,
  }
}
