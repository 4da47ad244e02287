import { findInFiles, type FindPart, type FoundLine } from '@codelab/contracts/engine-ui/files'
import type { Problem } from '@codelab/contracts/engine-ui/failures'
import { useCallback, useEffect, useRef, useState } from 'react'
import { callForParts } from '../../../engine/call.ts'
import { EngineFailure } from '../../../engine/failure.ts'

/** So many lines are shown at most. */
export const mostMatches = 1_000

export type SearchFor = {
  readonly project: string
  readonly pattern: string
  readonly regex: boolean
  readonly caseSensitive: boolean
}

type Search = {
  readonly running: boolean
  readonly matches: readonly FoundLine[]
  readonly end?: Extract<FindPart, { type: 'end' }>
  readonly problem?: Problem | EngineFailure
}

const nothing: Search = { running: false, matches: [] }

function withPart(search: Search, part: FindPart): Search {
  if (part.type === 'matches') return { ...search, matches: [...search.matches, ...part.matches] }
  if (part.type === 'end') return { ...search, running: false, end: part }
  return { ...search, running: false, problem: part.problem }
}

/**
 * What is found, as it is found. Another search, or none, ends the one that runs, here and in the engine; what it has found stays
 * until the next one begins.
 */
export function useSearch({ project, pattern, regex, caseSensitive }: SearchFor, active: boolean) {
  const [search, setSearch] = useState(nothing)
  const running = useRef<AbortController>(undefined)

  useEffect(() => {
    if (!active) return
    const ending = new AbortController()
    const { signal } = ending
    running.current = ending
    const query = {
      pattern,
      limit: mostMatches,
      ...(regex && { regex: 'true' as const }),
      ...(caseSensitive && { case_sensitive: 'true' as const }),
    }
    const read = async () => {
      setSearch({ running: true, matches: [] })
      const parts = callForParts<FindPart>(findInFiles, { params: { project }, query, signal })
      for await (const part of parts) {
        signal.throwIfAborted()
        setSearch((before) => withPart(before, part))
      }
    }
    read().catch((error: unknown) => {
      if (signal.aborted) return
      if (!(error instanceof EngineFailure)) throw error
      setSearch((before) => ({ ...before, running: false, problem: error }))
    })
    return () => {
      ending.abort()
      setSearch((before) => ({ ...before, running: false }))
    }
  }, [active, project, pattern, regex, caseSensitive])

  const stop = useCallback(() => {
    running.current?.abort()
    setSearch((before) => ({ ...before, running: false }))
  }, [])
  return { ...search, stop }
}
