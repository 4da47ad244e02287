/**
 * A folder that was reached name by name from the project folder, never through a link.
 * Work on its entries through `join(at, name)`: on Linux this keeps meaning the same folder, whatever is renamed or swapped meanwhile.
 */
export type HeldFolder = {
  readonly at: string
  /** Holds a folder in this one. A link or a file fails with ELOOP or ENOTDIR. */
  child(name: string): Promise<HeldFolder>
  /** Fails with ELOOP when the folder is no longer where it was found. Called right before something is changed. */
  confirm(): Promise<void>
  close(): Promise<void>
}

export const movedAway = (): NodeJS.ErrnoException =>
  Object.assign(new Error('the folder was moved or replaced'), { code: 'ELOOP' })
