import { useEffect } from 'react'
import { askedHeading } from '../screens/approval/focus-on-asked.ts'
import type { Column } from '../state/page-state.ts'
import { changePage, usePage } from '../state/store.ts'
import { askedNow } from '../state/waiting-queue.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './Workbench.module.css'

const columns: readonly Column[] = ['side', 'center', 'conversation']

/** Where there is no room for all columns: which of them is shown. A call that waits brings its own. */
export function ColumnChoice() {
  const texts = useTexts().workbench
  const front = usePage((state) => state.column)
  const asked = usePage((state) => askedNow(state)?.call.call_id)
  useEffect(() => {
    if (asked !== undefined) changePage({ column: 'center' })
  }, [asked])
  useEffect(() => {
    // The call came while its column was hidden, where nothing takes the focus.
    if (front === 'center' && asked !== undefined && document.activeElement === document.body)
      document.getElementById(askedHeading)?.focus()
  }, [front, asked])
  return (
    <nav className={styles['choice']} aria-label={texts.columns}>
      {columns.map((column) => (
        <button
          key={column}
          type="button"
          aria-current={column === front ? 'true' : undefined}
          onClick={() => changePage({ column })}
        >
          {texts.column[column]}
        </button>
      ))}
    </nav>
  )
}
