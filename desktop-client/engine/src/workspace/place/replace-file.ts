import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { access, type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolFailure } from '../tool-failure.ts'
import { assertRegular } from './regular-file.ts'
import type { HeldFolder } from './held-folder.ts'
import { statsOf } from './locate.ts'

const permissions = 0o7777

/** Names of files that are being written; the watcher leaves them out. */
export const isUnfinished = (name: string): boolean => /^\.codelab-[0-9a-f]{16}\.tmp$/.test(name)

/** Fails when the entry is nothing that may be overwritten: no file, one with a second name, or one that is read-only. */
export async function assertReplaceable(at: string, stats: Stats, path: string): Promise<void> {
  assertRegular(stats, path)
  if (stats.nlink > 1) {
    throw new ToolFailure(
      'permission_denied',
      `${path} has ${stats.nlink} names (hard links), one of them maybe outside the project; it is not changed.`,
    )
  }
  await access(at, constants.W_OK)
}

async function takeOver(handle: FileHandle, { mode, uid, gid }: Stats): Promise<void> {
  const own = await handle.stat()
  // Only root can give a file away; for others the owner is the same anyway, or cannot be kept.
  if (own.uid !== uid || own.gid !== gid) await handle.chown(uid, gid).catch(() => undefined)
  await handle.chmod(mode & permissions)
}

async function syncFolder(folder: HeldFolder): Promise<void> {
  // Windows cannot open a folder; there the rename itself is durable.
  const handle = await open(join(folder.at, '.'), constants.O_RDONLY).catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

export type Replacement = {
  readonly folder: HeldFolder
  readonly name: string
  /** As asked for, for messages. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Runs when all is written and nothing replaced yet; throws to leave everything as it was. */
  readonly check: (at: string) => Promise<void>
}

/** Puts a whole file in place of what is there; after a crash the old or the new one is there, never half. Keeps mode and owner. */
export async function replaceFile(replacement: Replacement): Promise<{ created: boolean }> {
  const { folder, name, path, bytes, check } = replacement
  const at = join(folder.at, name)
  const old = await statsOf(at)
  if (old) await assertReplaceable(at, old, path)
  const fresh = join(folder.at, `.codelab-${randomBytes(8).toString('hex')}.tmp`)
  const handle = await open(fresh, 'wx', 0o666)
  try {
    await handle.writeFile(bytes)
    if (old) await takeOver(handle, old)
    await handle.sync()
    await check(at)
    const now = await statsOf(at)
    if (now) await assertReplaceable(at, now, path)
    await folder.confirm()
    await rename(fresh, at)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  await syncFolder(folder)
  return { created: !old }
}
