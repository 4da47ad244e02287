import { useSyncExternalStore } from 'react'
import { usePage } from '../state/store.ts'

/** All columns beside each other need so much, in sizes of type. */
const allColumns = 56

/** Whether the window has no room for the columns beside each other: it is small, or the page or its type is enlarged. */
export function useNarrow(): boolean {
  const size = usePage((state) => state.application?.settings.settings.font_size ?? 14)
  const query = `(width < ${allColumns * size}px)`
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}
