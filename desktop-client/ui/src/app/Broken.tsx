import { Button } from '../parts/Button.tsx'
import { useTexts } from '../texts/texts.ts'
import styles from './EngineNotice.module.css'

/** In place of a part that could not be drawn. What was typed is kept by the engine, so drawing anew loses nothing. */
export function Broken() {
  const texts = useTexts().broken
  return (
    <div role="alert" className={styles['notice']}>
      <p>{texts.said}</p>
      <Button onClick={() => location.reload()}>{texts.again}</Button>
    </div>
  )
}
