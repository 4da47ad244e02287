import { useInfiniteQuery } from '@tanstack/react-query'
import { cancelJob, listJobs } from '@codelab/contracts/engine-ui/jobs'
import { useState } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { Button } from '../../parts/Button.tsx'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import { JobRow } from './JobRow.tsx'
import styles from './JobsView.module.css'
import { StartJob } from './StartJob.tsx'

/** Long work in the background: what runs, what waits, what came of it. */
export function JobsView({ session }: { readonly session: string | undefined }) {
  const texts = useTexts().jobs
  const [failure, setFailure] = useState<EngineFailure>()
  const list = useInfiniteQuery({
    queryKey: keys.jobs,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      call(listJobs, { query: pageParam === undefined ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.next_cursor,
  })
  const jobs = list.data?.pages.flatMap(({ items }) => items) ?? []
  const cancel = (job: string) => {
    setFailure(undefined)
    call(cancelJob, { params: { job } }).catch((error: EngineFailure) => setFailure(error))
  }
  const problem = failure ?? (list.error as EngineFailure | null)
  return (
    <section className={styles['jobs']} aria-labelledby="jobs-title">
      <h2 id="jobs-title">{texts.title}</h2>
      {session ? (
        <StartJob session={session} onFailure={setFailure} />
      ) : (
        <p>{texts.needsSession}</p>
      )}
      {problem && <ProblemText problem={problem} />}
      {list.isSuccess && jobs.length === 0 && <p className={styles['soft']}>{texts.none}</p>}
      <ul className={styles['list']}>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} onCancel={() => cancel(job.id)} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {texts.older}
        </Button>
      )}
    </section>
  )
}
