import type { EngineEvent } from '@codelab/contracts/engine-ui/events'
import { type OpenFile, useOpenFiles } from './open-files.ts'
import { reload } from './on-disk.ts'

/** What these events say of an open file: it may lie differently on the disk. */
export const mayDiffer = (file: OpenFile, events: readonly EngineEvent[]): boolean =>
  events.some((event) => {
    if (event.type === 'hello') return event.reset
    if (event.type === 'project') return event.project.id === file.project && event.project.present
    if (event.type !== 'files' || event.project !== file.project) return false
    return (
      event.more ||
      // A folder that goes takes along what is in it.
      event.changes.some(({ path }) => path === file.path || file.path.startsWith(`${path}/`))
    )
  })

/** Open files follow what anyone does to them, other windows and the assistant included. */
export function followDisk(events: readonly EngineEvent[]): void {
  for (const file of useOpenFiles.getState().files) if (mayDiffer(file, events)) void reload(file)
}
