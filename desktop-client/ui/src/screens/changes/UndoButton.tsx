import type { FileChangeRecord } from '@codelab/contracts/engine-ui/changes'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './ChangesView.module.css'

/** Takes a change back, or says why that cannot be done. */
export function UndoButton({
  change,
  undo,
}: {
  readonly change: FileChangeRecord
  readonly undo: (change: FileChangeRecord) => Promise<void>
}) {
  const texts = useTexts().changes
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<EngineFailure>()
  const run = async () => {
    setBusy(true)
    setFailure(undefined)
    try {
      await undo(change)
    } catch (error) {
      setFailure(error as EngineFailure)
    } finally {
      setBusy(false)
    }
  }
  if (change.undone)
    return (
      <p role="status" className={styles['undone']}>
        {texts.undone}
      </p>
    )
  return (
    <div className={styles['undo']}>
      <Button disabled={busy || !change.undoable} onClick={() => void run()}>
        <Undo2 size={15} aria-hidden /> {texts.undo}
      </Button>
      {!change.undoable && change.note && <span className={styles['soft']}>{change.note}</span>}
      {failure && <ProblemText problem={failure} />}
    </div>
  )
}
