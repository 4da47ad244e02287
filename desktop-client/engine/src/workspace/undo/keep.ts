import { join } from 'node:path'
import { newId } from '../../conversation/new-id.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { Change, Image, Step } from './change.ts'
import { type ChangeLog, createChangeLog } from './change-log.ts'
import { createImageStore, type ImageStore } from './image-store.ts'

const day = 24 * 3600 * 1000

export type KeepLimits = { readonly bytes: number; readonly ms: number }
const usual: KeepLimits = { bytes: 256 * 1024 * 1024, ms: 30 * day }
const pruneEvery = 100
/** An image is written before the change that speaks of it. */
const newImageMs = 3_600_000

export type Noted = { readonly id: string; drop(): Promise<void> }

/** Keeps what is needed to take a change back. Told before anything happens; what it cannot keep is not done. */
export type Keep = {
  /** Of a file that is about to be replaced. */
  image(at: string, path: string): Promise<Image>
  /** On disk when this resolves. `drop`: it did not happen after all. */
  note(tool: string, steps: readonly Step[]): Promise<Noted>
}

/** For a workspace without a session: deletions still go to the trash, nothing else can be undone. */
export const keepNothing: Keep = {
  image: async () => ({ sha256: '', size: 0 }),
  note: async () => ({ id: '', drop: async () => undefined }),
}

/** Where a client keeps both; `folder` lies outside every project. */
export const storesIn = (folder: string): { log: ChangeLog; images: ImageStore } => ({
  log: createChangeLog(join(folder, 'log')),
  images: createImageStore(join(folder, 'images')),
})

export type KeepOptions = {
  /** Of the client's own data. */
  readonly folder: string
  readonly sessionId: string
  /** The real path of the project folder. */
  readonly root: string
  readonly limits?: KeepLimits
  readonly now?: () => number
}

const notKept = (error: unknown): ToolFailure => {
  const why = systemCode(error) === 'ENOSPC' ? 'the disk is full' : (systemCode(error) ?? 'error')
  return new ToolFailure(
    'failed',
    `What is needed to undo this could not be kept (${why}), so nothing was changed.`,
    error,
  )
}

/** Codes that speak of the client's own folder; a file of the project that vanished says so itself. */
const ofTheStore = new Set(['ENOSPC', 'EDQUOT', 'EROFS'])

/** What one session's calls leave behind for undo, bounded in size and age over all sessions. */
export function createKeep(options: KeepOptions): (callId: string | undefined) => Keep {
  const { folder, sessionId, root, limits = usual, now = Date.now } = options
  const { log, images } = storesIn(folder)
  let untilPruning = 0
  const pruneSometimes = async () => {
    untilPruning -= 1
    if (untilPruning >= 0) return
    untilPruning = pruneEvery
    await prune(log, images, { ...limits, now: now() })
  }
  return (callId) => ({
    image: async (at, path) => {
      try {
        return await images.keep(at, path)
      } catch (error) {
        throw ofTheStore.has(systemCode(error) ?? '') ? notKept(error) : error
      }
    },
    note: async (tool, steps) => {
      const change: Change = {
        id: newId(),
        session_id: sessionId,
        ...(callId !== undefined && { call_id: callId }),
        tool,
        at: new Date(now()).toISOString(),
        root,
        steps: [...steps],
      }
      try {
        await pruneSometimes()
        await log.write(change)
      } catch (error) {
        throw notKept(error)
      }
      return { id: change.id, drop: () => log.drop(change) }
    },
  })
}

const bytesOf = ({ steps }: Change): number =>
  steps.reduce((sum, step) => sum + (step.kind === 'text' ? (step.before?.size ?? 0) : 0), 0)

/** Forgets the oldest changes that are too many or too old, then the images that nothing speaks of. */
async function prune(
  log: ChangeLog,
  images: ImageStore,
  { bytes, ms, now }: KeepLimits & { now: number },
): Promise<void> {
  const used = new Set<string>()
  let total = 0
  for (const change of await log.all()) {
    total += bytesOf(change)
    if (total > bytes || now - Date.parse(change.at) > ms) {
      await log.drop(change)
      continue
    }
    for (const step of change.steps)
      if (step.kind === 'text' && step.before) used.add(step.before.sha256)
  }
  await images.sweep(used, now - newImageMs)
}
