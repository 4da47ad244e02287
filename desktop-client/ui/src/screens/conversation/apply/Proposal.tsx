import { useQueryClient } from '@tanstack/react-query'
import { applyChange } from '@codelab/contracts/engine-ui/changes'
import { lazy, Suspense, useState } from 'react'
import { call } from '../../../engine/call.ts'
import type { EngineFailure } from '../../../engine/failure.ts'
import { Button } from '../../../parts/Button.tsx'
import dialog from '../../../parts/Dialog.module.css'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { keys } from '../../../state/queries.ts'
import { useTexts } from '../../../texts/texts.ts'
import { Warnings } from '../../approval/Warnings.tsx'
import styles from './ApplyDialog.module.css'
import { type Placing, placeText } from './place-text.ts'
import { useProposal } from './use-proposal.ts'

const DiffView = lazy(async () => ({
  default: (await import('../../../editor/DiffView.tsx')).DiffView,
}))

/** The difference that applying a piece to a file makes; its right side can be changed, and what stands there is what is written. */
export function Proposal({
  project,
  path,
  session,
  piece,
  onClose,
}: {
  readonly project: string
  readonly path: string
  readonly session: string
  readonly piece: string
  readonly onClose: () => void
}) {
  const { common, apply: texts, approval } = useTexts()
  const queries = useQueryClient()
  const { proposal, failure, isFetching } = useProposal(project, path, piece)
  const [placing, setPlacing] = useState<Placing>('whole')
  const [edited, setEdited] = useState<string>()
  const [problem, setProblem] = useState<EngineFailure>()
  const [busy, setBusy] = useState(false)
  const before = proposal?.before ?? ''
  const after = placeText(before, piece, placing)

  const apply = async () => {
    if (!proposal) return
    setBusy(true)
    setProblem(undefined)
    try {
      const body = { path, text: edited ?? after, version: proposal.version, session_id: session }
      await call(applyChange, { params: { project }, body })
      await queries.invalidateQueries({ queryKey: keys.changes(project) })
      onClose()
    } catch (error) {
      setProblem(error as EngineFailure)
      setBusy(false)
      // Somebody else was faster: the difference is shown anew, and nothing was written.
      await queries.invalidateQueries({ queryKey: ['project', project, 'proposal', path] })
    }
  }
  const told = problem ?? failure
  return (
    <>
      {told && <ProblemText problem={told} />}
      {isFetching && !proposal && <p role="status">{approval.looking}</p>}
      {proposal && (
        <>
          <p className={styles['path']}>
            <Visible text={proposal.path} />
            {proposal.before === null && <mark>{texts.newFile}</mark>}
          </p>
          {proposal.before !== null && (
            <fieldset className={styles['how']}>
              <legend className="visually-hidden">{texts.how}</legend>
              {(['whole', 'end'] as const).map((each) => (
                <label key={each}>
                  <input
                    type="radio"
                    name="placing"
                    checked={placing === each}
                    onChange={() => {
                      setPlacing(each)
                      setEdited(undefined)
                    }}
                  />{' '}
                  {texts.placing[each]}
                </label>
              ))}
            </fieldset>
          )}
          <Warnings preview={proposal} />
          <div className={styles['diff']}>
            <Suspense fallback={<p role="status">{common.loading}</p>}>
              <DiffView
                key={`${placing} ${proposal.version}`}
                path={path}
                before={before}
                after={after}
                labels={{ before: texts.now, after: texts.then }}
                onChange={setEdited}
              />
            </Suspense>
          </div>
        </>
      )}
      <div className={dialog['actions']}>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button look="main" disabled={!proposal || busy} onClick={() => void apply()}>
          {texts.apply}
        </Button>
      </div>
    </>
  )
}
