import { create } from 'zustand'
import type { EngineFailure } from '../../../engine/failure.ts'

/** A file of the project. */
export type FilePlace = { readonly project: string; readonly path: string }

/** A text as it lies on the disk; `version` null: there is no file yet. */
export type OnDisk = { readonly text: string; readonly version: string | null }

/** A file that is open in a tab. */
export type OpenFile = FilePlace & {
  /** Of the tab: it stays when the file is renamed. */
  readonly id: number
  /** What the text in the editor began as; absent while it is read. */
  readonly saved: OnDisk | undefined
  readonly readOnly: boolean
  /** As it stands in the editor. */
  readonly text: string
  /** What lies on the disk by now, where that is not what the text began as. The person says which of the two stays. */
  readonly theirs: OnDisk | 'gone' | undefined
  readonly failure: EngineFailure | undefined
  /** A line to be shown, once. */
  readonly line: number | undefined
}

type OpenFiles = { readonly files: readonly OpenFile[]; readonly front: FilePlace | undefined }

export const useOpenFiles = create<OpenFiles>(() => ({ files: [], front: undefined }))

export const samePlace = (a: FilePlace | undefined, b: FilePlace | undefined): boolean =>
  a?.project === b?.project && a?.path === b?.path

/** Closing it would lose something: what was typed, or a text that is no longer on the disk. */
export const isUnsaved = ({ saved, text, theirs }: OpenFile): boolean =>
  saved !== undefined && (saved.text !== text || theirs === 'gone')

export const fileAt = (place: FilePlace): OpenFile | undefined =>
  useOpenFiles.getState().files.find((file) => samePlace(file, place))

export const changeFile = (id: number, changes: Partial<OpenFile>): void =>
  useOpenFiles.setState(({ files }) => ({
    files: files.map((file) => (file.id === id ? { ...file, ...changes } : file)),
  }))

let lastId = 0

/** Puts a file into a tab of its own, or finds the one that it has. */
export function addFile(place: FilePlace, start: Partial<OpenFile> = {}): OpenFile {
  const known = fileAt(place)
  if (known) return known
  lastId += 1
  const file: OpenFile = {
    id: lastId,
    project: place.project,
    path: place.path,
    saved: undefined,
    readOnly: false,
    text: '',
    theirs: undefined,
    failure: undefined,
    line: undefined,
    ...start,
  }
  useOpenFiles.setState(({ files }) => ({ files: [...files, file] }))
  return file
}

export const bringToFront = ({ project, path }: FilePlace): void =>
  useOpenFiles.setState({ front: { project, path } })

/** Closes a tab; the one beside it comes to the front. */
export function closeFile(place: FilePlace): void {
  useOpenFiles.setState(({ files, front }) => {
    const index = files.findIndex((file) => samePlace(file, place))
    const left = files.filter((file) => !samePlace(file, place))
    const next = left[Math.min(index, left.length - 1)]
    return { files: left, front: samePlace(front, place) ? next : front }
  })
}

export const isAtOrBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(`${folder}/`)

/** A file or folder was renamed: its tabs go along, with what was typed in them. */
export function moveFiles(project: string, from: string, to: string): void {
  const moved = <Place extends FilePlace>(place: Place): Place =>
    place.project === project && isAtOrBelow(place.path, from)
      ? { ...place, path: to + place.path.slice(from.length) }
      : place
  useOpenFiles.setState(({ files, front }) => ({
    files: files.map(moved),
    front: front && moved(front),
  }))
}

/** The person deleted a file or folder: its tabs close, but for those that hold what is nowhere else. */
export function closeDeleted(project: string, path: string): void {
  for (const file of useOpenFiles.getState().files)
    if (file.project === project && isAtOrBelow(file.path, path) && !isUnsaved(file))
      closeFile(file)
}

export const shownLine = (id: number): void => changeFile(id, { line: undefined })
