import type { FileChangeRecord } from '@codelab/contracts/engine-ui/changes'
import { ChevronRight } from 'lucide-react'
import { Collapsible } from 'radix-ui'
import { useState } from 'react'
import { Visible } from '../../parts/Visible.tsx'
import { useTexts } from '../../texts/texts.ts'
import { ChangedTexts } from './ChangedTexts.tsx'
import styles from './ChangesView.module.css'
import { UndoButton } from './UndoButton.tsx'

type Step = FileChangeRecord['steps'][number]

/** One change: what it did to which file, and, opened, the difference and the way back. */
export function ChangeRow({
  project,
  change,
  undo,
}: {
  readonly project: string
  readonly change: FileChangeRecord
  readonly undo: (change: FileChangeRecord) => Promise<void>
}) {
  const { changes: texts, jobs } = useTexts()
  const [open, setOpen] = useState(false)
  const hasTexts = change.steps.some(({ kind }) => kind === 'created' || kind === 'modified')
  return (
    <li className={styles['change']} data-change={change.id} data-undone={change.undone}>
      <Collapsible.Root open={open} onOpenChange={setOpen}>
        <Collapsible.Trigger className={styles['head']}>
          <ChevronRight size={14} aria-hidden className={styles['turn']} />
          <span className={styles['steps']}>
            {change.steps.map((step) => (
              <StepLine key={`${step.kind} ${step.path}`} step={step} />
            ))}
          </span>
          <span className={styles['soft']}>
            {change.undone && <mark>{texts.undone}</mark>}{' '}
            {change.tool === 'apply' ? texts.byYou : change.tool}
            {' · '}
            <time dateTime={change.at}>{new Date(change.at).toLocaleString(jobs.locale)}</time>
          </span>
        </Collapsible.Trigger>
        <Collapsible.Content className={styles['more']}>
          {hasTexts && <ChangedTexts project={project} change={change.id} />}
          <UndoButton change={change} undo={undo} />
        </Collapsible.Content>
      </Collapsible.Root>
    </li>
  )
}

function StepLine({ step }: { readonly step: Step }) {
  const texts = useTexts().changes
  return (
    <span className={styles['step']} data-kind={step.kind}>
      <span className={styles['kind']}>{texts.kind[step.kind]}</span>{' '}
      <Visible text={step.to === undefined ? step.path : `${step.path} → ${step.to}`} />
    </span>
  )
}
