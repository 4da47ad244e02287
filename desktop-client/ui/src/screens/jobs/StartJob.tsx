import type { JobKind } from '@codelab/contracts/jobs'
import { startJob } from '@codelab/contracts/engine-ui/jobs'
import { useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './JobsView.module.css'

const kinds: readonly JobKind[] = ['task', 'summarize_session', 'embed_project']

/** Starts long work in the conversation in front. */
export function StartJob({
  session,
  onFailure,
}: {
  readonly session: string
  readonly onFailure: (failure: EngineFailure | undefined) => void
}) {
  const texts = useTexts().jobs
  const [kind, setKind] = useState<JobKind>('task')
  const [goal, setGoal] = useState('')
  const start = async () => {
    onFailure(undefined)
    try {
      const input = kind === 'task' ? { goal } : {}
      await call(startJob, {
        body: { id: crypto.randomUUID(), session_id: session, kind, input },
      })
      setGoal('')
    } catch (error) {
      onFailure(error as EngineFailure)
    }
  }
  return (
    <form
      className={styles['start']}
      aria-label={texts.start}
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <select
        aria-label={texts.kindLabel}
        value={kind}
        onChange={(event) => setKind(event.target.value as JobKind)}
      >
        {kinds.map((each) => (
          <option key={each} value={each}>
            {texts.kind[each]}
          </option>
        ))}
      </select>
      {kind === 'task' && (
        <input
          aria-label={texts.goal}
          placeholder={texts.goal}
          value={goal}
          maxLength={100_000}
          required
          onChange={(event) => setGoal(event.target.value)}
        />
      )}
      <Button type="submit" look="main">
        {texts.start}
      </Button>
    </form>
  )
}
