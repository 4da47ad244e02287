import { z } from 'zod'
import type { ModelList } from '@codelab/contracts/agent-llm'
import { jobResults } from '@codelab/contracts/jobs'
import type { ApprovalRule } from '@codelab/contracts/tools'
import type { IndexWork } from '../../store/index-work.ts'
import type { JobRun } from './job-run.ts'

/** What indexing needs besides its run. */
export type EmbedParts = {
  index: IndexWork
  models: () => Promise<ModelList>
  /** The workspace's embedding model, where it is set. */
  setting: string | undefined
  rules: readonly ApprovalRule[]
}
export type EmbedRun = JobRun<'embed_project'>

/** What a run leaves to the next one; the files themselves are in a table of their own. */
export const Plan = z.object({
  model: z.string(),
  /** Nothing was chosen: what is not in the project any more leaves the index. */
  whole: z.boolean(),
  listed: z.boolean(),
  /** Once all is done. */
  result: jobResults.embed_project.optional(),
})
export type Plan = z.infer<typeof Plan>
