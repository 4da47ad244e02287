import { undoChange } from '@codelab/contracts/engine-ui/changes'
import {
  createEntry,
  moveEntry,
  trashEntry,
  type EntryChange,
} from '@codelab/contracts/engine-ui/entries'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { keys } from '../../../state/queries.ts'
import { followRename, openFile } from '../editors/on-disk.ts'
import { closeDeleted } from '../editors/open-files.ts'
import { parentOf } from './visible-rows.ts'

/** A change of the tree that can be taken back. */
export type DoneChange = EntryChange & {
  readonly kind: 'created' | 'moved' | 'trashed'
  /** Where it lay before. */
  readonly from: string
}

/** What the person does in the tree, each with a way back; open tabs go along. Each answers whether it was done. */
export function useTreeChanges(project: string) {
  const queries = useQueryClient()
  const [done, setDone] = useState<readonly DoneChange[]>([])
  /** The last one is told, until it is closed or taken back. */
  const [told, setTold] = useState<DoneChange>()
  const [failure, setFailure] = useState<EngineFailure>()

  const attempt = useCallback(
    async (paths: readonly string[], work: () => Promise<void>): Promise<boolean> => {
      setFailure(undefined)
      try {
        await work()
        return true
      } catch (error) {
        setFailure(error as EngineFailure)
        return false
      } finally {
        // The watcher tells it too, a moment later.
        for (const folder of new Set(paths.map(parentOf)))
          await queries.invalidateQueries({ queryKey: keys.folder(project, folder) })
      }
    },
    [project, queries],
  )
  const keep = (change: DoneChange) => {
    setDone((all) => [...all, change])
    setTold(change)
  }

  const params = useMemo(() => ({ project }), [project])
  const create = useCallback(
    (path: string, kind: 'file' | 'folder') =>
      attempt([path], async () => {
        const made = await call(createEntry, { params, body: { path, kind } })
        keep({ ...made, kind: 'created', from: path })
        if (kind === 'file') openFile({ project, path: made.path })
      }),
    [attempt, params, project],
  )
  const rename = useCallback(
    (path: string, to: string) =>
      attempt([path, to], async () => {
        const moved = await call(moveEntry, { params, body: { path, to } })
        followRename(project, path, moved.path)
        keep({ ...moved, kind: 'moved', from: path })
      }),
    [attempt, params, project],
  )
  const trash = useCallback(
    (path: string) =>
      attempt([path], async () => {
        const gone = await call(trashEntry, { params, body: { path } })
        closeDeleted(project, path)
        keep({ ...gone, kind: 'trashed', from: path })
      }),
    [attempt, params, project],
  )
  const undo = useCallback(async () => {
    const last = done.at(-1)
    if (!last) return
    const { change, kind, path, from } = last
    await attempt([path, from], async () => {
      await call(undoChange, { params, body: { id: change } })
      setDone((all) => all.filter((each) => each.change !== change))
      setTold(undefined)
      if (kind === 'moved') followRename(project, path, from)
      if (kind === 'created') closeDeleted(project, path)
    })
  }, [attempt, done, params, project])

  return {
    create,
    rename,
    trash,
    undo,
    told,
    failure,
    close: useCallback(() => {
      setTold(undefined)
      setFailure(undefined)
    }, []),
  }
}
