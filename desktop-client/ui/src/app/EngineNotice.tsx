import { usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './EngineNotice.module.css'

/** Says when the page has lost the program behind it. */
export function EngineNotice() {
  const engine = usePage((state) => state.engine)
  const texts = useTexts()
  if (engine !== 'lost' && engine !== 'ended') return null
  return (
    <div role="alert" className={styles['notice']}>
      {engine === 'lost' ? texts.engine.lost : texts.engine.ended}
    </div>
  )
}
