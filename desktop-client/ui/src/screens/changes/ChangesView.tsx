import type { FileChangeRecord } from '@codelab/contracts/engine-ui/changes'
import { Undo2 } from 'lucide-react'
import { useState } from 'react'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { useTexts } from '../../texts/texts.ts'
import { ChangeRow } from './ChangeRow.tsx'
import styles from './ChangesView.module.css'
import { useChanges } from './use-changes.ts'

/** What CodeLab did to the project's files, of the conversation in front or of all, each with its way back. */
export function ChangesView({
  project,
  session,
}: {
  readonly project: string
  readonly session: string | undefined
}) {
  const texts = useTexts().changes
  const [all, setAll] = useState(session === undefined)
  const [failure, setFailure] = useState<EngineFailure>()
  const { changes, isRead, failure: unread, undo } = useChanges(project, all ? undefined : session)
  const undoable = changes.filter((change) => change.undoable && !change.undone)

  /** Newest first: a later change may stand in the way of an earlier one. */
  const undoAll = async (wanted: readonly FileChangeRecord[]) => {
    setFailure(undefined)
    try {
      for (const change of wanted) await undo(change)
    } catch (error) {
      setFailure(error as EngineFailure)
    }
  }
  const problem = failure ?? unread
  return (
    <section className={styles['changes']} aria-labelledby="changes-title">
      <header className={styles['top']}>
        <h2 id="changes-title">{texts.title}</h2>
        {session !== undefined && (
          <label>
            <input
              type="checkbox"
              checked={all}
              onChange={(event) => setAll(event.target.checked)}
            />{' '}
            {texts.all}
          </label>
        )}
        {!all && undoable.length > 1 && (
          <Button onClick={() => void undoAll(undoable)}>
            <Undo2 size={15} aria-hidden /> {texts.undoAll(undoable.length)}
          </Button>
        )}
      </header>
      {problem && <ProblemText problem={problem} />}
      {isRead && changes.length === 0 && <p className={styles['soft']}>{texts.none}</p>}
      <ul className={styles['list']}>
        {changes.map((change) => (
          <ChangeRow key={change.id} project={project} change={change} undo={undo} />
        ))}
      </ul>
    </section>
  )
}
