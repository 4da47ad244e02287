import { useState } from 'react'
import { useTexts } from '../texts/texts.ts'
import { Button } from './Button.tsx'
import { Visible } from './Visible.tsx'

/** Characters that are shown with each asking: a browser that lays out megabytes of one line stands still. */
const portion = 10_000

/** Cuts a text, never through a character. */
const cut = (text: string, length: number): string =>
  text.slice(0, /[\uD800-\uDBFF]/.test(text[length - 1] ?? '') ? length - 1 : length)

/** A text of any length in which nothing hides: its beginning, and how much more there is to ask for. */
export function LongText({
  text,
  lines = false,
  first = portion,
}: {
  readonly text: string
  readonly lines?: boolean
  /** Characters that are shown without being asked for. */
  readonly first?: number
}) {
  const texts = useTexts().common
  const [most, setMost] = useState(first)
  if (text.length <= most) return <Visible text={text} lines={lines} />
  const shown = cut(text, most)
  return (
    <>
      <Visible text={shown} lines={lines} />{' '}
      <Button onClick={() => setMost(most + portion)}>
        {texts.showMore(text.length - shown.length)}
      </Button>
    </>
  )
}
