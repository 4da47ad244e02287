import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import type { RefObject } from 'react'
import type { Line } from './naming.ts'

export const rowHeight = 24

/** Only lines that can be seen are in the document, and the current one: the tree names it by its id. */
export const useVisibleLines = ({
  place,
  lines,
  at,
}: {
  readonly place: RefObject<HTMLDivElement | null>
  readonly lines: readonly Line[]
  /** The current line; -1 for none. */
  readonly at: number
}) =>
  useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => lines[index]!.path,
    overscan: 8,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      return at < 0 || shown.includes(at) ? shown : [...shown, at].toSorted((a, b) => a - b)
    },
  })
