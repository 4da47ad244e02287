import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useLayoutEffect, useRef, useState } from 'react'
import { z } from 'zod/mini'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { focusOnMessageIfFree } from '../../state/message-box.ts'
import { changePage, showWaiting } from '../../state/store.ts'
import { useRemembered } from '../../state/use-remembered.ts'
import { useTexts } from '../../texts/texts.ts'
import { ApprovalActions } from './ApprovalActions.tsx'
import styles from './ApprovalView.module.css'
import { askedHeading } from './focus-on-asked.ts'
import { EditArguments } from './EditArguments.tsx'
import { Effect } from './Effect.tsx'
import { useDecision, useDecisionKeys } from './use-decision.ts'
import { usePreview } from './use-preview.ts'
import { Warnings } from './Warnings.tsx'

const Feedback = z.string()

type Props = {
  readonly waiting: WaitingCall
  /** `2 of 3`. */
  readonly place: { readonly index: number; readonly count: number }
}

/** Somebody in the middle of a text keeps the keyboard: what they type must not be lost, or decide something. */
const isTyping = (element: Element | null): boolean =>
  element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement
    ? element.value !== ''
    : element instanceof HTMLElement && element.isContentEditable

/**
 * One call that waits: what, why, exactly with what, and what it would change. Nothing is chosen beforehand: the focus is on the
 * heading, and plain Enter decides nothing. What is approved is what the last preview showed.
 */
export function ApprovalView({ waiting, place }: Props) {
  const texts = useTexts().approval
  const { preview, failure, looking, look } = usePreview(waiting)
  const [editing, setEditing] = useState(false)
  const heading = useRef<HTMLHeadingElement>(null)
  const { call_id: id } = waiting
  const [feedback = '', setFeedback] = useRemembered(`feedback:${id}`, Feedback, '')

  useLayoutEffect(() => {
    if (!isTyping(document.activeElement)) heading.current?.focus()
    // Once it is decided the keyboard goes on in the conversation, unless something else has taken it.
    return focusOnMessageIfFree
  }, [id])

  const canApprove = preview !== undefined && !looking && !editing && !failure
  const { decide, deciding, problem } = useDecision(waiting, {
    preview: canApprove ? preview : undefined,
    feedback,
    look,
  })
  useDecisionKeys(decide, waiting.editable)
  const told = problem ?? failure
  return (
    <section className={styles['approval']} aria-labelledby={askedHeading}>
      <header className={styles['top']}>
        <div role="alert" className="visually-hidden">
          {texts.title(waiting.tool_name)}
        </div>
        <h2 id={askedHeading} ref={heading} tabIndex={-1}>
          {texts.title(waiting.tool_name)}
        </h2>
        <Queue place={place} />
      </header>
      <Question waiting={waiting} />
      {preview ? (
        <>
          <Warnings preview={preview} />
          {/* What is long scrolls here, so the keyboard must reach it; the ways to decide stay in view. */}
          <div
            className={styles['effect']}
            role="group"
            aria-labelledby={`approval-${id}`}
            aria-busy={looking}
            tabIndex={0}
          >
            {editing ? (
              <EditArguments
                preview={preview}
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

/** Where this call stands among those that wait, the ways to the others, and away from all of them. */
function Queue({ place: { index, count } }: Pick<Props, 'place'>) {
  const texts = useTexts().approval
  return (
    <div className={styles['queue']}>
      {count > 1 && (
        <>
          <Button look="plain" aria-label={texts.previousWaiting} onClick={() => showWaiting(-1)}>
            <ChevronLeft size={16} aria-hidden />
          </Button>
          <span>{texts.place(index + 1, count)}</span>
          <Button look="plain" aria-label={texts.nextWaiting} onClick={() => showWaiting(1)}>
            <ChevronRight size={16} aria-hidden />
          </Button>
        </>
      )}
      <Button look="plain" onClick={() => changePage({ aside: true, call: undefined })}>
        {texts.later}
      </Button>
    </div>
  )
}

/** Whose question it is, and why it is asked. */
function Question({ waiting }: Pick<Props, 'waiting'>) {
  const {
    approval: texts,
    jobs: { locale },
  } = useTexts()
  return (
    <div className={styles['why']}>
      <p>
        <Visible text={waiting.title ?? texts.untitled} />
        {' · '}
        {waiting.asked_by === 'machine' ? texts.askedByMachine : texts.askedByWorkspace}
      </p>
      {waiting.expires_at !== undefined && (
        <p>{texts.waitsUntil(new Date(waiting.expires_at).toLocaleString(locale))}</p>
      )}
      {waiting.reason && (
        <p>
          <Visible text={waiting.reason} />
        </p>
      )}
    </div>
  )
}
