import { usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './EngineNotice.module.css'

/** Says when application and workspace are of versions that do not fit. */
export function MismatchNotice() {
  const mismatch = usePage((state) => state.application?.mismatch)
  const { mismatch: texts } = useTexts()
  if (!mismatch) return null
  const { client_version: client, server_version: server } = mismatch
  return (
    <div role="alert" className={styles['notice']}>
      {mismatch.update === 'client'
        ? texts.updateClient(client, server)
        : texts.updateServer(client, server)}
    </div>
  )
}
