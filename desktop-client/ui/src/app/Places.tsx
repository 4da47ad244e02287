import { FolderTree, History, ListChecks, Settings } from 'lucide-react'
import type { ReactNode } from 'react'
import { useShownKeys } from '../commands/shown-keys.ts'
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
  const texts = useTexts().workbench
  const current = usePage((state) => (askedNow(state) ? undefined : state.place))
  return (
    <nav className={styles['tools']} aria-label={texts.places}>
      {places.map(([place, Icon]) => (
        <PlaceButton key={place} place={place} isCurrent={place === current}>
          <Icon size={17} aria-hidden />
        </PlaceButton>
      ))}
    </nav>
  )
}

function PlaceButton({
  place,
  isCurrent,
  children,
}: {
  readonly place: Place
  readonly isCurrent: boolean
  readonly children: ReactNode
}) {
  const texts = useTexts().workbench
  const keys = useShownKeys(`place.${place}`)
  return (
    <Button
      look="plain"
      className={styles['place']}
      aria-label={texts[place]}
      aria-current={isCurrent ? 'page' : undefined}
      aria-keyshortcuts={keys}
      title={keys ? `${texts[place]} (${keys})` : texts[place]}
      onClick={() => changePage({ place })}
    >
      {children}
    </Button>
  )
}
