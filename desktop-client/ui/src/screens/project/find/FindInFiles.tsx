import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import { openFile } from '../editors/on-disk.ts'
import styles from './FindInFiles.module.css'
import { mostMatches, useSearch } from './use-search.ts'

/** A search begins when nothing was typed for so long. */
const pauseMs = 250

/** Follows a value with a pause, so that each letter does not begin a search of its own. */
function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs)
    return () => clearTimeout(timer)
  }, [value])
  return settled
}

/** Looks for a text in all files of the project that git does not ignore; what is found is there at once. Typing on ends the search that runs. */
export function FindInFiles({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const id = useId()
  const [pattern, setPattern] = useState('')
  const [regex, setRegex] = useState(false)
  const [caseSensitive, setCaseSensitive] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const wanted = useSettled(pattern)
  useEffect(() => box.current?.focus(), [])
  const { matches, running, end, problem, stop } = useSearch(
    { project, pattern: wanted, regex, caseSensitive },
    wanted !== '' && wanted === pattern,
  )
  const files = useMemo(() => Map.groupBy(matches, ({ path }) => path), [matches])
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
      {running && (
        <p className={styles['busy']}>
          <span role="status">{texts.searching}</span>
          {matches.length > 0 && <span>{texts.found(matches.length, files.size)}</span>}
          <Button onClick={stop}>{texts.stopSearch}</Button>
        </p>
      )}
      {problem && <ProblemText problem={problem} />}
      <p role="status" className={styles['soft']}>
        {end && texts.found(matches.length, files.size)}
        {end?.more && ` ${texts.foundMore(mostMatches)}`}
        {end?.stopped && ` ${texts.foundStopped}`}
      </p>
      <div className={styles['matches']}>
        {[...files].map(([path, lines]) => (
          <section key={path} aria-label={path}>
            <h3>
              <Visible text={path} />
            </h3>
            {lines.map(({ line, text }, index) => (
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
