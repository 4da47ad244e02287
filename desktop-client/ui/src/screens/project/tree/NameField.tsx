import { useEffect, useRef, useState } from 'react'
import styles from './FileTree.module.css'

/** Where a name is typed, in its line of the tree. Enter takes it, Escape gives it up; going elsewhere takes a name that fits. */
export function NameField({
  label,
  start,
  problemOf,
  onDone,
  onCancel,
}: {
  readonly label: string
  readonly start: string
  /** What is wrong with a name. */
  readonly problemOf: (name: string) => string | undefined
  readonly onDone: (name: string) => void
  readonly onCancel: () => void
}) {
  const [name, setName] = useState(start)
  const field = useRef<HTMLInputElement>(null)
  const over = useRef(false)
  const problem = problemOf(name)
  useEffect(() => {
    const input = field.current!
    input.focus()
    // The ending usually stays.
    const dot = start.lastIndexOf('.')
    input.setSelectionRange(0, dot > 0 ? dot : start.length)
  }, [start])
  const finish = (take: boolean) => {
    if (over.current) return
    over.current = true
    if (take && name.trim() !== '' && name !== start && problem === undefined) onDone(name.trim())
    else onCancel()
  }
  return (
    <span className={styles['field']}>
      <input
        ref={field}
        value={name}
        aria-label={label}
        aria-invalid={problem !== undefined}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
        onClick={(event) => event.stopPropagation()}
        onBlur={() => document.hasFocus() && finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.key === 'Enter' && problem === undefined) finish(true)
          if (event.key === 'Escape') finish(false)
        }}
      />
      {problem !== undefined && (
        <span role="alert" className={styles['problem']}>
          {problem}
        </span>
      )}
    </span>
  )
}
