import type { Job } from '@codelab/contracts/jobs'
import { Progress } from 'radix-ui'
import { Button } from '../../parts/Button.tsx'
import { LongText } from '../../parts/LongText.tsx'
import { changePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import { JobLog } from './JobLog.tsx'
import styles from './JobsView.module.css'

const isOver = ({ state }: Job) => ['succeeded', 'failed', 'cancelled'].includes(state)

/** What a person gave the job to do, in a line. */
const aim = ({ input }: Job): string | undefined => {
  const said = input['goal'] ?? input['glob']
  return typeof said === 'string' ? said : undefined
}

/** One job: what it is for, how far it is, what came of it. */
export function JobRow({ job, onCancel }: { readonly job: Job; readonly onCancel: () => void }) {
  const texts = useTexts().jobs
  const percent = Math.round(job.progress * 100)
  const name = aim(job) ?? texts.kind[job.kind]
  return (
    <li className={styles['job']} data-job={job.id} data-state-of={job.state}>
      <div className={styles['head']}>
        <strong>{name}</strong>
        <span className={styles['state']}>{texts.state[job.state]}</span>
        <Button look="plain" onClick={() => changePage({ session: job.session_id })}>
          {texts.toConversation}
        </Button>
        {!isOver(job) && <Button onClick={onCancel}>{texts.cancel}</Button>}
      </div>
      {!isOver(job) && (
        <Progress.Root
          value={percent}
          className={styles['bar']}
          aria-label={texts.progressOf(name)}
        >
          <Progress.Indicator className={styles['done']} style={{ width: `${percent}%` }} />
        </Progress.Root>
      )}
      <p className={styles['soft']}>
        {texts.kind[job.kind]} · {new Date(job.created_at).toLocaleString(texts.locale)}
        {job.every !== undefined && ` · ${texts.every(job.every)}`}
      </p>
      {job.note && <p>{job.note}</p>}
      {job.error && <p className={styles['failed']}>{job.error.message}</p>}
      <JobLog job={job} />
      {job.result && (
        <details>
          <summary>{texts.result}</summary>
          <pre tabIndex={0}>
            <LongText text={resultText(job.result)} lines />
          </pre>
        </details>
      )}
    </li>
  )
}

/** A summary or an answer as it is; everything else as JSON. */
function resultText(result: NonNullable<Job['result']>): string {
  const said = result['summary'] ?? result['content']
  return typeof said === 'string' ? said : JSON.stringify(result, undefined, 2)
}
