import { SummarizeInput } from '@codelab/contracts/jobs'
import { Failure } from '@codelab/runtime/failure'
import { summarise, type Complete } from '../../compaction/summarise.ts'
import type { Material } from '../../compaction/read-material.ts'
import type { UsageRecord } from '../../turn/work.ts'
import type { JobRun, JobRunner } from './job-run.ts'

/** A summary is at most so long, and at most a quarter of what one request may take. */
const longestTokens = 1_500
/** Of a conversation that would need more completions the oldest part is left out. */
const mostCalls = 20

type Parts = {
  complete: Complete
  defaultModel: () => Promise<string>
  readAll: (sessionId: string, maxTokens: number) => Promise<Material>
  /** Tokens that one request may take. */
  maxTokens: number
}

/** Summarises a whole session, piece after piece where it is larger than the window; the summary is kept in the job, not in the conversation. */
export const createSummarizeSession =
  ({ complete, defaultModel, readAll, maxTokens }: Parts): JobRunner<'summarize_session'> =>
  async (run) => {
    const model = SummarizeInput.parse(run.input).model ?? (await defaultModel())
    const material = await readAll(run.sessionId, maxTokens * mostCalls)
    if (material.rows.length === 0) {
      throw new Failure('unprocessable', { message: 'This session has nothing to summarise yet.' })
    }
    const summarised = await summarise(
      complete,
      {
        material,
        model,
        userId: run.userId,
        maxTokens,
        summaryTokens: Math.min(longestTokens, Math.floor(maxTokens / 4)),
        mostCalls,
        onPiece: (done, of) => run.progress(done / (of + 1), `Part ${done} of ${of}.`),
      },
      run.signal,
    )
    const usage = summarised.usage.map((used) => ({ ...used, turnId: run.id, step: 0 }))
    if (summarised.kind === 'summary') {
      return { state: 'succeeded', result: { summary: summarised.content }, usage }
    }
    await countUsage(run, usage)
    const code = summarised.kind === 'failed' ? 'upstream_failed' : 'unprocessable'
    throw new Failure(code, { message: `No summary came of it: ${summarised.reason}.` })
  }

/** What was spent in vain is counted for each try. */
async function countUsage(run: JobRun, usage: readonly UsageRecord[]): Promise<void> {
  if (usage.length === 0) return
  await run.inSession(async (work) => usage.forEach((used) => work.recordUsage(used)))
}
