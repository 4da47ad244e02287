import { readFile, saveFile } from '@codelab/contracts/engine-ui/files'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { changePage } from '../../../state/store.ts'
import {
  addFile,
  bringToFront,
  changeFile,
  fileAt,
  isAtOrBelow,
  isUnsaved,
  moveFiles,
  type FilePlace,
  type OnDisk,
  type OpenFile,
  useOpenFiles,
} from './open-files.ts'

const turns = new Map<number, Promise<void>>()

/** What is done with a file on the disk is done in turn, so that an answer that comes late does not count as news. */
function inTurn(id: number, work: (file: OpenFile) => Promise<void>): Promise<void> {
  const turn = (turns.get(id) ?? Promise.resolve()).then(async () => {
    const file = useOpenFiles.getState().files.find((each) => each.id === id)
    if (file) await work(file)
  })
  turns.set(id, turn)
  return turn.finally(() => {
    if (turns.get(id) === turn) turns.delete(id)
  })
}

/** What a file becomes when this lies on the disk. What was typed stays; without that, the editor follows the disk. */
export function withDisk(file: OpenFile, disk: OnDisk, readOnly: boolean): Partial<OpenFile> {
  const follows = { saved: disk, readOnly, theirs: undefined, failure: undefined }
  const { saved, text } = file
  if (!saved || (saved.text === text && file.theirs !== 'gone'))
    return { ...follows, text: disk.text }
  if (disk.text === text || disk.text === saved.text) return follows
  return { theirs: disk, readOnly, failure: undefined }
}

const reloadNow = async ({ id, project, path }: OpenFile): Promise<void> => {
  const read = await call(readFile, { params: { project }, query: { path } }).catch(
    (error: unknown) => ({ failure: error as EngineFailure }),
  )
  const file = useOpenFiles.getState().files.find((each) => each.id === id)
  if (!file) return
  // Renamed while it was read: what lay there before says nothing of it.
  if (file.path !== path) return reloadNow(file)
  if (!('failure' in read)) {
    const { text, version, read_only } = read
    return changeFile(id, withDisk(file, { text, version }, read_only))
  }
  const { failure } = read
  const gone = failure.reason === 'file_missing' && file.saved !== undefined
  changeFile(id, gone ? { theirs: 'gone', failure: undefined } : { failure })
}

/** Looks at what lies on the disk. Nothing that was typed is lost. */
export const reload = ({ id }: OpenFile): Promise<void> => inTurn(id, reloadNow)

/** A file or folder was renamed here: its tabs go along. That it left its old place may have been heard before. */
export function followRename(project: string, from: string, to: string): void {
  moveFiles(project, from, to)
  for (const file of useOpenFiles.getState().files)
    if (file.project === project && isAtOrBelow(file.path, to)) void reload(file)
}

/** Takes what lies on the disk; what was typed here is given up. */
export const takeTheirs = (file: OpenFile): void => {
  if (file.theirs === 'gone' || !file.theirs) return
  changeFile(file.id, { saved: file.theirs, text: file.theirs.text, theirs: undefined })
}

/** Brings a file to the front, in a tab of its own; reads it when it is new. */
export function openFile(place: FilePlace, line?: number): void {
  const isNew = fileAt(place) === undefined
  const file = addFile(place)
  bringToFront(file)
  changePage({ place: 'project' })
  if (line !== undefined) changeFile(file.id, { line })
  if (isNew) void reload(file)
}

/**
 * Saves a tab over the very version that its text began as; `over`: over what the person was shown of the disk. What is neither stays,
 * and is shown.
 */
export async function saveOpenFile(place: FilePlace, { over = false } = {}): Promise<void> {
  const open = fileAt(place)
  if (!open) return
  await inTurn(open.id, async (file) => {
    const { id, project, path, text, saved, theirs } = file
    if (!saved || (!isUnsaved(file) && !over)) return
    const base = theirs === 'gone' ? null : ((over && theirs) || saved).version
    try {
      const { version } = await call(saveFile, {
        params: { project },
        body: { path, text, version: base, ...(base === null && { create_folders: true }) },
      })
      changeFile(id, { saved: { text, version }, theirs: undefined, failure: undefined })
    } catch (error) {
      const failure = error as EngineFailure
      if (failure.reason === 'file_changed' || failure.reason === 'file_exists')
        await reloadNow(file)
      else changeFile(id, { failure })
    }
  })
}
