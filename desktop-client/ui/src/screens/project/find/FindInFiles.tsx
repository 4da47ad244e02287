import { useQuery, useQueryClient } from '@tanstack/react-query'
import { findInFiles } from '@codelab/contracts/engine-ui/files'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { Button } from '../../../parts/Button.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { openFile } from '../editors/on-disk.ts'
import styles from './FindInFiles.module.css'

/** A search begins when nothing was typed for so long. */
const pauseMs = 250
const mostMatches = 1_000

/** Follows a value with a pause, so that each letter does not begin a search of its own. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Looks for a text in all files of the project that git does not ignore. */
export function FindInFiles({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const id = useId()
  const queries = useQueryClient()
  const [pattern, setPattern] = useState('')
  const [regex, setRegex] = useState(false)
  const [caseSensitive, setCaseSensitive] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const wanted = useSettled(pattern)
  useEffect(() => box.current?.focus(), [])
  const queryKey = ['project', project, 'find', wanted, regex, caseSensitive]
  const found = useQuery({
    queryKey,
    enabled: wanted !== '',
    gcTime: 0,
    queryFn: ({ signal }) =>
      call(findInFiles, {
        params: { project },
        query: {
          pattern: wanted,
          limit: mostMatches,
          ...(regex && { regex: 'true' as const }),
          ...(caseSensitive && { case_sensitive: 'true' as const }),
        },
        signal,
      }),
  })
  const files = useMemo(
    () => Map.groupBy(found.data?.matches ?? [], ({ path }) => path),
    [found.data],
  )
  return (
    <section className={styles['find']} aria-label={texts.findTitle}>
      <label htmlFor={id} className="visually-hidden">
        {texts.findTitle}
      </label>
      <input
        ref={box}
        id={id}
        type="search"
        value={pattern}
        placeholder={texts.findTitle}
        spellCheck={false}
        onChange={(event) => setPattern(event.target.value)}
      />
      <div className={styles['options']}>
        <label>
          <input
            type="checkbox"
            checked={regex}
            onChange={(event) => setRegex(event.target.checked)}
          />
          {texts.regex}
        </label>
        <label>
          <input
            type="checkbox"
            checked={caseSensitive}
            onChange={(event) => setCaseSensitive(event.target.checked)}
          />
          {texts.caseSensitive}
        </label>
      </div>
      {found.isFetching && (
        <p className={styles['busy']}>
          <span role="status">{texts.searching}</span>
          <Button onClick={() => void queries.cancelQueries({ queryKey })}>
            {texts.stopSearch}
          </Button>
        </p>
      )}
      {found.error && <ProblemText problem={found.error as EngineFailure} />}
      <p role="status" className={styles['soft']}>
        {found.data && texts.found(found.data.matches.length, files.size)}
        {found.data?.more && ` ${texts.foundMore}`}
        {found.data?.stopped && ` ${texts.foundStopped}`}
      </p>
      <div className={styles['matches']}>
        {[...files].map(([path, matches]) => (
          <section key={path} aria-label={path}>
            <h3>
              <Visible text={path} />
            </h3>
            {matches.map(({ line, text }, index) => (
              <button key={index} type="button" onClick={() => openFile({ project, path }, line)}>
                <span className={styles['line']}>{line}</span>
                <Visible text={text.trim()} />
              </button>
            ))}
          </section>
        ))}
      </div>
    </section>
  )
}
