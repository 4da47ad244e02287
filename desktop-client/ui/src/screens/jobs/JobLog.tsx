import { useQuery } from '@tanstack/react-query'
import { type JobStep, readJobLog } from '@codelab/contracts/engine-ui/jobs'
import type { Job } from '@codelab/contracts/jobs'
import { useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './JobsView.module.css'

/** The beginning and the end have lines of their own. */
const isNews = ({ note, state }: JobStep) =>
  note !== undefined || state === 'running' || state === 'waiting'

/** What a job went through, step by step, as far as this machine looked on. */
export function JobLog({ job }: { readonly job: Job }) {
  const texts = useTexts().jobs
  const [open, setOpen] = useState(false)
  const { data, error } = useQuery({
    queryKey: [...keys.jobs, job.id, 'log'],
    queryFn: ({ signal }) => call(readJobLog, { params: { job: job.id }, signal }),
    enabled: open,
  })
  const time = (at: string) => new Date(at).toLocaleTimeString(texts.locale)
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.log}</summary>
      {error && <ProblemText problem={error as unknown as EngineFailure} />}
      <ol className={styles['log']}>
        <li>
          <time dateTime={job.created_at}>{time(job.created_at)}</time> {texts.asked}
        </li>
        {job.started_at !== undefined && (
          <li>
            <time dateTime={job.started_at}>{time(job.started_at)}</time>{' '}
            {texts.begun(job.attempts)}
          </li>
        )}
        {data?.items.filter(isNews).map((step) => (
          <Step key={`${step.at} ${step.state} ${step.progress}`} step={step} time={time} />
        ))}
        {job.ended_at !== undefined && (
          <li>
            <time dateTime={job.ended_at}>{time(job.ended_at)}</time> {texts.state[job.state]}
          </li>
        )}
      </ol>
    </details>
  )
}

function Step({ step, time }: { step: JobStep; time: (at: string) => string }) {
  const texts = useTexts().jobs
  return (
    <li>
      <time dateTime={step.at}>{time(step.at)}</time> {Math.round(step.progress * 100)} % ·{' '}
      {step.note === undefined ? texts.state[step.state] : <Visible text={step.note} />}
    </li>
  )
}
