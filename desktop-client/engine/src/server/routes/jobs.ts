import {
  cancelJob,
  listJobs,
  readJob,
  readJobLog,
  readUsage,
  startJob,
} from '@codelab/contracts/engine-ui/jobs'
import type { UsageRow } from '@codelab/contracts/sessions'
import { handle, type RouteHandler } from '@codelab/runtime/handle'
import type { z } from 'zod'
import { allPages } from '../../gateway/rest.ts'
import type { Links } from '../account/link.ts'
import type { JobLog } from '../feeds/job-log.ts'
import type { JobsFeed } from '../feeds/jobs-feed.ts'

type Row = z.infer<typeof UsageRow>
const mostRows = 2_000

function totalOf(rows: readonly Row[]) {
  const total = { requests: 0, input_tokens: 0, output_tokens: 0, cached_tokens: 0 }
  for (const row of rows)
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += row[name]
  return total
}

export const jobRoutes = ({
  links,
  jobs,
  log,
  touched,
}: {
  readonly links: Links
  readonly jobs: () => JobsFeed
  readonly log: JobLog
  readonly touched: () => void
}): RouteHandler[] => {
  const rest = () => links.current().rest
  return [
    handle(listJobs, ({ query }) => rest().jobs(query)),
    handle(
      startJob,
      async ({ body }) => {
        const job = jobs().take(await rest().startJob(body))
        touched()
        return job
      },
      { maxBodyBytes: 16 * 1024 * 1024 },
    ),
    handle(readJob, async ({ params }) => jobs().take(await rest().job(params.job))),
    handle(readJobLog, async ({ params }) => ({ items: [...log.of(params.job)] })),
    handle(cancelJob, async ({ params }) => {
      const job = jobs().take(await rest().cancelJob(params.job))
      touched()
      return job
    }),
    handle(readUsage, async ({ query }) => {
      const items: Row[] = []
      for await (const row of allPages((cursor) => rest().usage({ cursor, ...query }))) {
        items.push(row)
        if (items.length === mostRows) break
      }
      return { items, total: totalOf(items) }
    }),
  ]
}
