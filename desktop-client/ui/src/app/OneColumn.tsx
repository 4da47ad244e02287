import { Tabs } from 'radix-ui'
import { useEffect, type ReactNode } from 'react'
import { askedHeading } from '../screens/approval/focus-on-asked.ts'
import type { Column } from '../state/page-state.ts'
import { changePage, usePage } from '../state/store.ts'
import { askedNow } from '../state/waiting-queue.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './Workbench.module.css'

/** Where there is no room for all columns, one at a time; what comes to the front brings its column. */
export function OneColumn({ columns }: { readonly columns: Readonly<Record<Column, ReactNode>> }) {
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
    <Tabs.Root
      className={styles['oneColumn']}
      value={front}
      onValueChange={(column) => changePage({ column: column as Column })}
    >
      <Tabs.List className={styles['columnTabs']} aria-label={texts.columns}>
        {(Object.keys(columns) as Column[]).map((column) => (
          <Tabs.Trigger key={column} value={column}>
            {texts.column[column]}
          </Tabs.Trigger>
        ))}
      </Tabs.List>
      {Object.entries(columns).map(([column, content]) => (
        // All stay: what is typed and where one has scrolled to is not lost.
        <Tabs.Content
          key={column}
          value={column}
          forceMount
          hidden={column !== front}
          className={styles['oneContent']}
        >
          {content}
        </Tabs.Content>
      ))}
    </Tabs.Root>
  )
}
