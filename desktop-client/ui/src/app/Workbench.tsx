import { Palette } from '../commands/Palette.tsx'
import { useShortcuts } from '../commands/use-shortcuts.ts'
import { TopBar } from './TopBar.tsx'
import styles from './Workbench.module.css'

/** A signed-in person's work: their project, the conversation beside it, jobs and settings. */
export function Workbench() {
  useShortcuts()
  return (
    <div className={styles['workbench']}>
      <TopBar />
      <Palette />
    </div>
  )
}
