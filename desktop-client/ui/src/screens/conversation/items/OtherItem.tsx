import { Visible } from '../../../parts/Visible.tsx'
import { useTexts } from '../../../texts/texts.ts'
import styles from './ItemList.module.css'

/** What this page cannot draw, as it came: nothing that was said vanishes. */
export function OtherItem({ item }: { readonly item: unknown }) {
  const texts = useTexts().conversation
  return (
    <section className={styles['other']} aria-label={texts.unknownItem}>
      <p>{texts.unknownItem}</p>
      <pre tabIndex={0}>
        <Visible text={JSON.stringify(item, undefined, 2)} lines />
      </pre>
    </section>
  )
}
