import type { Preview } from '@codelab/contracts/engine-ui/approvals'
import { lazy, Suspense, useId, useState } from 'react'
import { Button } from '../../parts/Button.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './ApprovalView.module.css'

const DiffView = lazy(async () => ({
  default: (await import('../../editor/DiffView.tsx')).DiffView,
}))

type Arguments = Readonly<Record<string, unknown>>

/** Long texts and lists of words have a field of their own; the others stand together as JSON. */
const isText = (value: unknown): value is string => typeof value === 'string'
const isWords = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The call's arguments, each in a field: texts as they are, words one to a line, everything else as JSON. */
export function EditArguments({
  preview: { arguments: given, effect },
  onDone,
  onCancel,
}: {
  readonly preview: Pick<Preview, 'arguments' | 'effect'>
  readonly onDone: (changed: Arguments) => void
  readonly onCancel: () => void
}) {
  const { common, approval: texts } = useTexts()
  const form = useId()
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({})
  const [bad, setBad] = useState<string>()

  /** The content of a whole file is changed where its difference stands. */
  const whole =
    effect.kind === 'text_change' &&
    effect.before.kind !== 'binary' &&
    effect.before.kind !== 'large'
      ? { path: effect.path, before: effect.before.kind === 'text' ? effect.before.text : '' }
      : undefined

  const shown = (name: string, value: unknown): string => {
    if (typed[name] !== undefined) return typed[name]
    if (isText(value)) return value
    // A word may hold a line feed: then the list is JSON like everything else.
    if (isWords(value) && !value.some((word) => word.includes('\n'))) return value.join('\n')
    return JSON.stringify(value, undefined, 2)
  }
  const read = (name: string, value: unknown): unknown => {
    const text = typed[name]
    if (text === undefined) return value
    if (isText(value)) return text
    if (isWords(value) && !value.some((word) => word.includes('\n'))) return text.split('\n')
    return parsed(text)
  }
  return (
    <form
      className={styles['edit']}
      onSubmit={(event) => {
        event.preventDefault()
        const entries = Object.entries(given).map(([name, value]) => [name, read(name, value)])
        const broken = entries.find(([, value]) => value === undefined)
        setBad(broken?.[0] as string | undefined)
        if (!broken) onDone(Object.fromEntries(entries) as Arguments)
      }}
    >
      {Object.entries(given).map(([name, value]) => (
        <div key={name}>
          {name === 'content' && isText(value) && whole !== undefined ? (
            <>
              <p className={styles['name']}>{name}</p>
              <Suspense fallback={<p role="status">{common.loading}</p>}>
                <DiffView
                  path={whole.path}
                  before={whole.before}
                  after={value}
                  labels={{ before: texts.before, after: name }}
                  onChange={(text) => setTyped((now) => ({ ...now, [name]: text }))}
                />
              </Suspense>
            </>
          ) : (
            <>
              <label htmlFor={`${form}-${name}`}>
                {isWords(value) ? texts.wordsOf(name) : name}
              </label>
              <textarea
                id={`${form}-${name}`}
                rows={Math.min(16, shown(name, value).split('\n').length)}
                value={shown(name, value)}
                spellCheck={false}
                aria-invalid={bad === name}
                onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
              />
            </>
          )}
          {bad === name && <p role="alert">{texts.notJson}</p>}
        </div>
      ))}
      <div className={styles['buttons']}>
        <Button type="submit">{texts.lookAtEdit}</Button>
        <Button onClick={onCancel}>{common.cancel}</Button>
      </div>
    </form>
  )
}
