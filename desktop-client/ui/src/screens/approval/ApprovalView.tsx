import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import { useEffect, useRef, useState } from 'react'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { useTexts } from '../../texts/texts.ts'
import { ApprovalActions } from './ApprovalActions.tsx'
import styles from './ApprovalView.module.css'
import { EditArguments } from './EditArguments.tsx'
import { Effect } from './Effect.tsx'
import { useDecision, useDecisionKeys } from './use-decision.ts'
import { usePreview } from './use-preview.ts'
import { Warnings } from './Warnings.tsx'

type Props = {
  readonly waiting: WaitingCall
  /** `2 of 3`. */
  readonly place: { readonly index: number; readonly count: number }
}

/**
 * One call that waits: what, why, exactly with what, and what it would change. Nothing is chosen beforehand: the focus is on the
 * heading, and plain Enter decides nothing. What is approved is what the last preview showed.
 */
export function ApprovalView({ waiting, place }: Props) {
  const texts = useTexts().approval
  const { preview, failure, looking, look } = usePreview(waiting)
  const [editing, setEditing] = useState(false)
  const [feedback, setFeedback] = useState('')
  const heading = useRef<HTMLHeadingElement>(null)
  const { call_id: id } = waiting

  useEffect(() => heading.current?.focus(), [id])

  const canApprove = preview !== undefined && !looking && !editing && !failure
  const { decide, deciding, problem } = useDecision(waiting, {
    preview: canApprove ? preview : undefined,
    feedback,
    look,
  })
  useDecisionKeys(decide, waiting.editable)
  const told = problem ?? failure
  return (
    <section className={styles['approval']} aria-labelledby={`approval-${id}`}>
      <header>
        <h2 id={`approval-${id}`} ref={heading} tabIndex={-1}>
          {texts.title(waiting.tool_name)}
        </h2>
        <Question waiting={waiting} place={place} />
      </header>
      {preview ? (
        <>
          <Warnings preview={preview} />
          <div className={styles['effect']} aria-busy={looking}>
            {editing ? (
              <EditArguments
                given={preview.arguments}
                onCancel={() => setEditing(false)}
                onDone={(changed) => {
                  setEditing(false)
                  void look(changed)
                }}
              />
            ) : (
              <Effect key={preview.preview_id} preview={preview} />
            )}
          </div>
          {preview.edited && <p className={styles['edited']}>{texts.edited}</p>}
        </>
      ) : (
        <p role="status">{looking ? texts.looking : ''}</p>
      )}
      {told && <ProblemText problem={told} />}
      <ApprovalActions
        feedback={feedback}
        onFeedback={setFeedback}
        canApprove={canApprove && !deciding}
        canReject={!deciding}
        editable={waiting.editable && !editing}
        onDecide={(choice) => void decide(choice)}
        onEdit={() => setEditing(true)}
      />
    </section>
  )
}

/** Whose question it is, and why it is asked. */
function Question({ waiting, place }: Props) {
  const texts = useTexts().approval
  return (
    <>
      <p className={styles['of']}>
        {texts.place(place.index + 1, place.count)}
        {' · '}
        <Visible text={waiting.title ?? texts.untitled} />
      </p>
      <p>{waiting.asked_by === 'machine' ? texts.askedByMachine : texts.askedByWorkspace}</p>
      {waiting.reason && (
        <p>
          <Visible text={waiting.reason} />
        </p>
      )}
    </>
  )
}
