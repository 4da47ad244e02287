import type { Job } from '@codelab/contracts/jobs'
import type { Notification } from '@codelab/contracts/engine-ui/application'
import type { WaitingCall } from '@codelab/contracts/engine-ui/approvals'

export type Language = 'en' | 'ru'

const texts = {
  en: {
    waits: 'Approval needed',
    job: { succeeded: 'Job done', failed: 'Job failed', cancelled: 'Job cancelled' },
  },
  ru: {
    waits: 'Нужно подтверждение',
    job: {
      succeeded: 'Задание выполнено',
      failed: 'Задание не удалось',
      cancelled: 'Задание отменено',
    },
  },
} as const

/** A notification is one line of the system's, so nothing in it may look like more. */
const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029]+/gu, ' ')
    .slice(0, 200)

function whatOf({ tool_name: tool, arguments: args }: WaitingCall): string {
  const { path, argv } = args
  const what = Array.isArray(argv) ? argv.join(' ') : typeof path === 'string' ? path : ''
  return `${tool} ${what}`.trim()
}

type News = Omit<Notification, 'id' | 'at'>

export const approvalNews = (language: Language, call: WaitingCall): News => ({
  kind: 'approval',
  title: texts[language].waits,
  text: oneLine(whatOf(call)),
  session_id: call.session_id,
  call_id: call.call_id,
})

const goalOf = ({ input }: Job): string | undefined =>
  typeof input['goal'] === 'string' ? input['goal'] : undefined

export const jobNews = (language: Language, job: Job): News => ({
  kind: 'job',
  title: texts[language].job[job.state as 'succeeded' | 'failed' | 'cancelled'],
  text: oneLine(job.error?.message ?? goalOf(job) ?? job.note ?? job.kind),
  session_id: job.session_id,
  job_id: job.id,
})
