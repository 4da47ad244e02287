import { useQuery, useQueryClient } from '@tanstack/react-query'
import {
  type FileChangeRecord,
  listChanges,
  undoChange,
} from '@codelab/contracts/engine-ui/changes'
import { useCallback } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { keys } from '../../state/queries.ts'

/** What tools changed in a project, of one session or of all, and the way back. */
export function useChanges(project: string | undefined, session: string | undefined) {
  const queries = useQueryClient()
  const list = useQuery({
    queryKey: [...keys.changes(project ?? ''), session],
    queryFn: ({ signal }) =>
      call(listChanges, {
        params: { project: project! },
        query: { ...(session !== undefined && { session_id: session }) },
        signal,
      }),
    enabled: project !== undefined,
  })
  const undo = useCallback(
    async ({ id }: FileChangeRecord) => {
      if (project === undefined) return
      try {
        await call(undoChange, { params: { project }, body: { id } })
      } finally {
        await queries.invalidateQueries({ queryKey: keys.changes(project) })
      }
    },
    [project, queries],
  )
  return {
    changes: list.data?.items ?? [],
    isRead: list.isSuccess,
    failure: list.error as EngineFailure | null,
    undo,
  }
}
