import { FolderTree, History, ListChecks, Settings } from 'lucide-react'
import { commandKeys } from '../commands/shown-keys.ts'
import { Button } from '../parts/Button.tsx'
import type { Place } from '../state/page-state.ts'
import { changePage, usePage } from '../state/store.ts'
import { askedNow } from '../state/waiting-queue.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './TopBar.module.css'

const places: readonly (readonly [Place, typeof Settings])[] = [
  ['project', FolderTree],
  ['changes', History],
  ['jobs', ListChecks],
  ['settings', Settings],
]

/** The parts of the work that the room in the middle can show. */
export function Places() {
  const { workbench: texts } = useTexts()
  const place = usePage((state) => (askedNow(state) ? undefined : state.place))
  return (
    <nav className={styles['tools']} aria-label={texts.places}>
      {places.map(([each, Icon]) => (
        <Button
          key={each}
          look="plain"
          className={styles['place']}
          aria-label={texts[each]}
          aria-current={place === each ? 'page' : undefined}
          title={[texts[each], commandKeys(`place.${each}`)].filter(Boolean).join('  ')}
          onClick={() => changePage({ place: each })}
        >
          <Icon size={17} aria-hidden />
        </Button>
      ))}
    </nav>
  )
}
