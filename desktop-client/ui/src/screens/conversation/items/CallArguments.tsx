import { LongText } from '../../../parts/LongText.tsx'
import styles from './CallRow.module.css'

/** Texts of several lines as they are, everything else as JSON: what is read is what is there. */
const shown = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)

/** With what exactly a tool was called, each argument under its name. */
export function CallArguments({ given }: { readonly given: Readonly<Record<string, unknown>> }) {
  return (
    <dl className={styles['arguments']}>
      {Object.entries(given).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <pre tabIndex={0}>
              <LongText text={shown(value)} lines />
            </pre>
          </dd>
        </div>
      ))}
    </dl>
  )
}
