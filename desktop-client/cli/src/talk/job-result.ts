import { type Job, jobResults } from '@codelab/contracts/jobs'
import type { Texts } from '../texts/en.ts'

const mostSkipped = 20

/** What a job came to: its answer, and what should be said beside it. */
export function resultLines(texts: Texts, job: Job): { answer: string; remarks: string[] } {
  switch (job.kind) {
    case 'task':
      return { answer: jobResults.task.parse(job.result).content, remarks: [] }
    case 'summarize_session':
      return { answer: jobResults.summarize_session.parse(job.result).summary, remarks: [] }
    case 'embed_project': {
      const { files, chunks, model, skipped } = jobResults.embed_project.parse(job.result)
      const named = skipped.slice(0, mostSkipped)
      return {
        answer: texts.jobs.indexed(files, chunks, model),
        remarks: [
          ...named.map(({ path, reason }) => texts.jobs.skipped(path, reason)),
          ...(skipped.length > named.length
            ? [texts.jobs.moreSkipped(skipped.length - named.length)]
            : []),
          texts.jobs.askThere(job.session_id),
        ],
      }
    }
  }
}
