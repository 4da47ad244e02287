import type { ServerFrame } from '@codelab/contracts/frames'
import type { Job } from '@codelab/contracts/jobs'
import { visibleLine } from '../terminal/visible.ts'
import type { Texts } from '../texts/en.ts'

type JobFrame = Extract<ServerFrame, { type: 'job' }>
/** What a line about a job is made of: a frame or the job itself. */
export type JobNow = Pick<Job, 'state' | 'progress'> & {
  readonly kind?: string | undefined
  readonly note?: string | undefined
}

const width = 20

export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled'

export const percent = (progress: number): string => `${Math.floor(progress * 100)} %`

/** How far it is, as a picture. */
export function bar(progress: number): string {
  const full = Math.round(Math.min(1, Math.max(0, progress)) * width)
  return '█'.repeat(full) + '░'.repeat(width - full)
}

const noted = (note: string | undefined) => (note ? [visibleLine(note)] : [])

/** The job in one line: what it is, how far, and what it says. */
export function jobLine(texts: Texts, { kind, state, progress, note }: JobNow): string {
  const under = state === 'running' || (state === 'waiting' && progress > 0)
  const head = [
    kind ?? texts.jobs.job,
    texts.jobs.states[state],
    ...(under ? [percent(progress)] : []),
  ]
  return [head.join(' '), ...noted(note)].join(' · ')
}

/** The job as a line that is drawn again and again. */
export const barLine = ({ progress, note }: JobNow): string =>
  [bar(progress), percent(progress), ...noted(note)].join(' ')

/** Tells once of each state of a job, and of each reason to wait; a job that goes on and on is not told of again. */
export function createJobNews(): (frame: JobFrame) => boolean {
  const told = new Set<string>()
  return ({ job_id, state, note }) => {
    const news = [job_id, state, ...(state === 'waiting' ? [note] : [])].join('\n')
    if (told.has(news)) return false
    told.add(news)
    return true
  }
}
