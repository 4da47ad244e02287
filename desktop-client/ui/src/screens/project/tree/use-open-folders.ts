import { type QueryFunctionContext, useQueries } from '@tanstack/react-query'
import { readTree } from '@codelab/contracts/engine-ui/files'
import { useCallback, useMemo } from 'react'
import { z } from 'zod/mini'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { keys } from '../../../state/queries.ts'
import { useRemembered } from '../../../state/use-remembered.ts'
import type { ReadFolders } from './visible-rows.ts'

/** Most folders that are remembered as open. */
const most = 500
const Open = z.array(z.string()).check(z.maxLength(most))
const none: string[] = []

/** Entries that are asked for before all of them: more than any window shows. */
const beginning = 500

/** A large folder is shown as soon as its beginning is there. */
async function readFolder(
  project: string,
  path: string,
  { client, queryKey, signal }: QueryFunctionContext,
) {
  const read = (first?: number) =>
    call(readTree, {
      params: { project },
      query: { ...(path !== '' && { path }), ...(first && { first }) },
      signal,
    })
  if (client.getQueryData(queryKey) !== undefined) return read()
  const shown = await read(beginning)
  if (!shown.more) return shown
  client.setQueryData(queryKey, shown)
  return read()
}

/** The folders of the tree that are open, also after a restart: read when they are shown, and again when something in them came or went. */
export function useOpenFolders(project: string) {
  const [remembered, remember] = useRemembered(`tree.${project}`, Open, none)
  const open = useMemo(() => new Set(remembered), [remembered])
  const results = useQueries({
    queries: ['', ...open].map((path) => ({
      queryKey: keys.folder(project, path),
      queryFn: (context: QueryFunctionContext) => readFolder(project, path, context),
    })),
    combine: (all) => ({
      answers: all.map(({ data }) => data),
      more: all.some(({ data, isFetching }) => data?.more && !isFetching),
      // A folder that was open may be gone; the tree says nothing of it then.
      failure: all[0]?.error as EngineFailure | null | undefined,
    }),
  })
  const { answers } = results
  const folders: ReadFolders = useMemo(
    () => new Map(answers.flatMap((one) => (one ? [[one.path, one.entries] as const] : []))),
    [answers],
  )
  const toggle = useCallback(
    (path: string, wanted: boolean) => {
      const others = [...open].filter((each) => each !== path)
      remember(wanted ? [...others, path].slice(-most) : others)
    },
    [open, remember],
  )
  return { folders, open, failure: results.failure ?? undefined, more: results.more, toggle }
}
