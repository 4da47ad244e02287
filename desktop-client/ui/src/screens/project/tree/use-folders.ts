import { useQueries } from '@tanstack/react-query'
import { readTree } from '@codelab/contracts/engine-ui/files'
import { useCallback, useMemo, useState } from 'react'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { keys } from '../../../state/queries.ts'
import type { ReadFolders } from './tree-data.ts'

/** The folders of the tree that were opened, read when they are first opened and again when something in them came or went. */
export function useFolders(project: string) {
  const [opened, setOpened] = useState<readonly string[]>([''])
  const results = useQueries({
    queries: opened.map((path) => ({
      queryKey: [...keys.tree(project), path],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        call(readTree, {
          params: { project },
          query: path === '' ? {} : { path },
          signal,
        }),
    })),
    combine: (all) => ({
      answers: all.map(({ data }) => data),
      failure: all.find(({ error }) => error)?.error as EngineFailure | null | undefined,
    }),
  })
  const folders: ReadFolders = useMemo(
    () =>
      new Map(
        results.answers.flatMap((answer) =>
          answer ? [[answer.path, answer.entries] as const] : [],
        ),
      ),
    [results.answers],
  )
  const open = useCallback(
    (path: string) => setOpened((all) => (all.includes(path) ? all : [...all, path])),
    [],
  )
  return { folders, failure: results.failure ?? undefined, open }
}
