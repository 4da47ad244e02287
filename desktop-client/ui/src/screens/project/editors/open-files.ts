import { readFile, saveFile } from '@codelab/contracts/engine-ui/files'
import { create } from 'zustand'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { changePage } from '../../../state/store.ts'

/** A file of the project. */
export type FilePlace = { readonly project: string; readonly path: string }

/** A file that is open in a tab. */
export type OpenFile = FilePlace & {
  /** As it is on the disk, as far as is known; absent while it is read. */
  readonly saved: { readonly text: string; readonly version: string | null } | undefined
  readonly readOnly: boolean
  /** As it stands in the editor. */
  readonly text: string
  /** Something else changed or removed it while it has unsaved changes here. */
  readonly changedOutside: boolean
  readonly failure: EngineFailure | undefined
  /** A line to be shown, once. */
  readonly line: number | undefined
}

type OpenFiles = { readonly files: readonly OpenFile[]; readonly front: FilePlace | undefined }

export const useOpenFiles = create<OpenFiles>(() => ({ files: [], front: undefined }))

export const samePlace = (a: FilePlace | undefined, b: FilePlace | undefined): boolean =>
  a?.project === b?.project && a?.path === b?.path
export const isUnsaved = ({ saved, text }: OpenFile): boolean =>
  saved !== undefined && saved.text !== text

const fileAt = (place: FilePlace) =>
  useOpenFiles.getState().files.find((file) => samePlace(file, place))

const change = (place: FilePlace, changes: Partial<OpenFile>) =>
  useOpenFiles.setState(({ files }) => ({
    files: files.map((file) => (samePlace(file, place) ? { ...file, ...changes } : file)),
  }))

/** Reads a file into its tab; unsaved changes are only lost when `force` says so. */
export async function reload(place: FilePlace, { force = false } = {}): Promise<void> {
  const { project, path } = place
  try {
    const read = await call(readFile, { params: { project }, query: { path } })
    const file = fileAt(place)
    if (!file) return
    const saved = { text: read.text, version: read.version }
    if (isUnsaved(file) && !force) {
      const changedOutside = file.saved?.version !== read.version
      return change(place, changedOutside ? { changedOutside } : {})
    }
    change(place, {
      saved,
      text: read.text,
      readOnly: read.read_only,
      changedOutside: false,
      failure: undefined,
    })
  } catch (error) {
    const failure = error as EngineFailure
    const file = fileAt(place)
    change(place, file && isUnsaved(file) ? { changedOutside: true, failure } : { failure })
  }
}

/** Brings a file to the front, in a tab of its own; reads it when it is new. */
export function openFile(place: FilePlace, line?: number): void {
  const known = fileAt(place)
  const { project, path } = place
  useOpenFiles.setState(({ files }) => ({
    front: { project, path },
    files: known
      ? files
      : [
          ...files,
          {
            project,
            path,
            saved: undefined,
            readOnly: false,
            text: '',
            changedOutside: false,
            failure: undefined,
            line,
          },
        ],
  }))
  changePage({ place: 'project' })
  if (known) change(place, { line })
  else void reload(place)
}

/** Closes a tab; the one beside it comes to the front. */
export function closeFile(place: FilePlace): void {
  useOpenFiles.setState(({ files, front }) => {
    const index = files.findIndex((file) => samePlace(file, place))
    const left = files.filter((file) => !samePlace(file, place))
    const next = left[Math.min(index, left.length - 1)]
    return { files: left, front: samePlace(front, place) ? next : front }
  })
}

export const editFile = (place: FilePlace, text: string): void => change(place, { text })
export const shownLine = (place: FilePlace): void => change(place, { line: undefined })

/** Saves a tab. What changed outside meanwhile is not written over unless `overwrite` says so. */
export async function saveOpenFile(place: FilePlace, { overwrite = false } = {}): Promise<void> {
  const file = fileAt(place)
  if (!file?.saved) return
  const { text } = file
  const { project, path } = place
  try {
    let { version } = file.saved
    if (overwrite) {
      // What is there now is what the person decided to replace; a file that is gone is made anew.
      version = await call(readFile, { params: { project }, query: { path } }).then(
        (read) => read.version,
        (error: EngineFailure) => {
          if (error.reason === 'file_missing') return null
          throw error
        },
      )
    }
    const stored = await call(saveFile, { params: { project }, body: { path, text, version } })
    change(place, {
      saved: { text, version: stored.version },
      changedOutside: false,
      failure: undefined,
    })
  } catch (error) {
    const failure = error as EngineFailure
    change(place, { failure, changedOutside: failure.reason === 'file_changed' })
  }
}
