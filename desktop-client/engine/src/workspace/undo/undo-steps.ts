import { rmdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { maxFileBytes } from '@codelab/contracts/tools'
import type { Place } from '../place/locate.ts'
import { moveEntry, taken } from '../place/move-entry.ts'
import { replaceFile } from '../place/replace-file.ts'
import { locateForChange } from '../place/write-place.ts'
import type { Content } from '../preview/preview.ts'
import { textIn } from '../text.ts'
import { systemCode, ToolFailure } from '../tool-failure.ts'
import type { Bench } from '../tools/tool.ts'
import type { Image, Step } from './change.ts'
import { type ImageStore, readImage } from './image-store.ts'

/** Why a step cannot be taken back; `now` and `before` where it is about the content of a file. */
export type Refusal = {
  readonly path: string
  readonly message: string
  readonly now?: Content
  readonly before?: Content
}

/** What there is to do for a step. */
export type Plan =
  | { readonly kind: 'ready' }
  /** It is as before already. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

type Tools = { readonly bench: Bench; readonly images: ImageStore }
type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>

const ready: Plan = { kind: 'ready' }
const nothing: Plan = { kind: 'nothing' }
const refused = (path: string, message: string, more: Partial<Refusal> = {}): Plan => ({
  kind: 'refused',
  refusal: { path, message, ...more },
})

/** Bytes as a person can be shown them. */
export function contentOf(bytes: Buffer | undefined): Content {
  if (!bytes) return { kind: 'absent' }
  if (bytes.length > maxFileBytes) return { kind: 'large', size: bytes.length }
  const text = textIn(bytes)
  return text === undefined ? { kind: 'binary', size: bytes.length } : { kind: 'text', text }
}

async function bytesAt({ at }: Place, path: string): Promise<Buffer> {
  const pieces: Buffer[] = []
  await readImage(at, path, async (piece) => pieces.push(Buffer.from(piece)))
  return Buffer.concat(pieces)
}

const isSame = (image: Image | null, other: Image) => image?.sha256 === other.sha256

async function planText({ images }: Tools, place: Place, step: StepOf<'text'>): Promise<Plan> {
  const { path, before, after } = step
  const kept = before ? await images.read(before) : undefined
  if (!place.stats) {
    if (before === null) return nothing
    const more = { now: { kind: 'absent' } as const, before: contentOf(kept) }
    return refused(path, `${path} was deleted or moved since.`, more)
  }
  if (!place.stats.isFile()) return refused(path, `${path} is no file any more.`)
  const now = await readImage(place.at, path)
  if (isSame(before, now)) return nothing
  if (before && !kept) return refused(path, `What was in ${path} before is no longer kept.`)
  if (isSame(after, now)) return ready
  return refused(path, `${path} was changed since.`, {
    now: contentOf(await bytesAt(place, path)),
    before: contentOf(kept),
  })
}

async function undoText(
  { bench, images }: Tools,
  place: Place,
  { path, before, after }: StepOf<'text'>,
): Promise<void> {
  if (!before) return await toTrash(bench, place, path)
  const bytes = await images.read(before)
  if (!bytes) throw new ToolFailure('failed', `What was in ${path} before is no longer kept.`)
  const check = async (at: string) => {
    if (isSame(after, await readImage(at, path))) return
    throw new ToolFailure('failed', `${path} was changed just now; nothing was undone.`)
  }
  await replaceFile({ folder: place.folder, name: place.name, path, bytes, check })
}

/** What the tool made is moved away, not destroyed. */
async function toTrash(bench: Bench, place: Place, path: string): Promise<void> {
  if (!place.stats) return
  const reserved = await bench.trash.reserve(path, place.stats)
  try {
    await place.folder.confirm()
    await reserved.take(place.at)
  } catch (error) {
    await reserved.release()
    throw error
  }
}

const planMoved = async (place: Place, to: Place, step: StepOf<'moved'>): Promise<Plan> => {
  if (!to.stats) {
    return place.stats ? nothing : refused(step.to, `${step.to} was deleted or moved since.`)
  }
  if (place.stats) return refused(step.path, `There is another ${step.path} now.`)
  return place.missing.length > 0
    ? refused(step.path, `The folder of ${step.path} does not exist any more.`)
    : ready
}

async function planTrashed({ bench }: Tools, place: Place, step: StepOf<'trashed'>): Promise<Plan> {
  const { path, trashed } = step
  if (!(await bench.trash.has(trashed)))
    return place.stats ? nothing : refused(path, `${path} is no longer in the trash.`)
  if (place.stats) return refused(path, `There is another ${path} now.`)
  return place.missing.length > 0
    ? refused(path, `The folder of ${path} does not exist any more.`)
    : ready
}

const at = <Value>(tools: Tools, path: string, work: (place: Place) => Promise<Value>) =>
  locateForChange(tools.bench.locate, path, work)

/** Looks at what taking back a step would do; changes nothing. */
export const planStep = (tools: Tools, step: Step): Promise<Plan> =>
  at(tools, step.path, async (place) => {
    switch (step.kind) {
      case 'text':
        return await planText(tools, place, step)
      case 'moved':
        return await at(tools, step.to, (to) => planMoved(place, to, step))
      case 'trashed':
        return await planTrashed(tools, place, step)
      case 'folder_made':
        return place.stats?.isDirectory() ? ready : nothing
    }
  })

/** Takes a step back that was found ready. */
export const undoStep = (tools: Tools, step: Step): Promise<void> =>
  at(tools, step.path, async (place) => {
    await place.folder.confirm()
    switch (step.kind) {
      case 'text':
        return await undoText(tools, place, step)
      case 'moved':
        return await at(tools, step.to, async (to) => {
          if (place.stats) throw taken(step.path)
          await moveEntry(to, place.at, step.path)
        })
      case 'trashed':
        return await tools.bench.trash.restore(step.trashed, place.at, step.path)
      case 'folder_made':
        return await removeIfEmpty(place, step.path)
    }
  })

/** A folder that somebody put something into stays. */
async function removeIfEmpty(place: Place, path: string): Promise<void> {
  try {
    await rmdir(place.at)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return
    throw new ToolFailure('failed', `${basename(path)} could not be removed (${code}).`, error)
  }
}
