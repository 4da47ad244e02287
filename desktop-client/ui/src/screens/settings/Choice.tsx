import { useId } from 'react'
import styles from './SettingsView.module.css'

/** One of a few values, all of them to be seen at once. */
export function Choice<Value extends string>({
  label,
  hint,
  value,
  options,
  onChoose,
}: {
  readonly label: string
  readonly hint?: string
  readonly value: Value
  /** Value → what it is called, in the order they are shown. */
  readonly options: Readonly<Record<Value, string>>
  readonly onChoose: (value: Value) => void
}) {
  const name = useId()
  return (
    <fieldset className={styles['choice']}>
      <legend>{label}</legend>
      {(Object.entries(options) as [Value, string][]).map(([each, title]) => (
        <label key={each}>
          <input
            type="radio"
            name={name}
            checked={each === value}
            onChange={() => onChoose(each)}
          />
          {title}
        </label>
      ))}
      {hint && <p className={styles['hint']}>{hint}</p>}
    </fieldset>
  )
}
