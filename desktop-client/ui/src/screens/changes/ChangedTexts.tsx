import { useQuery } from '@tanstack/react-query'
import { type ChangedText, readChange } from '@codelab/contracts/engine-ui/changes'
import { lazy, Suspense } from 'react'
import { call } from '../../engine/call.ts'
import type { EngineFailure } from '../../engine/failure.ts'
import { ProblemText } from '../../parts/ProblemText.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { keys } from '../../state/queries.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ChangesView.module.css'

const DiffView = lazy(async () => ({
  default: (await import('../../editor/DiffView.tsx')).DiffView,
}))

type Content = ChangedText['before']
const textOf = (content: Content): string | undefined =>
  content.kind === 'text' ? content.text : content.kind === 'absent' ? '' : undefined

/** The files of a change: before it on the left, now on the right. */
export function ChangedTexts({
  project,
  change,
}: {
  readonly project: string
  readonly change: string
}) {
  const { common, changes: texts } = useTexts()
  const { data, error } = useQuery({
    queryKey: [...keys.changes(project), 'texts', change],
    queryFn: ({ signal }) => call(readChange, { params: { project, change }, signal }),
  })
  if (error) return <ProblemText problem={error as unknown as EngineFailure} />
  if (!data) return <p role="status">{common.loading}</p>
  return data.texts.map((file) => {
    const [before, now] = [textOf(file.before), textOf(file.now)]
    return (
      <section key={file.path} className={styles['file']} aria-label={file.path}>
        {!file.untouched && (
          <p className={styles['soft']}>
            <Visible text={file.path} /> {texts.changedSince}
          </p>
        )}
        {before === undefined || now === undefined ? (
          <p>{texts.unshown}</p>
        ) : (
          <Suspense fallback={<p role="status">{common.loading}</p>}>
            <DiffView
              key={`${before.length} ${now.length}`}
              path={file.path}
              before={before}
              after={now}
              labels={{ before: texts.before, after: texts.now }}
            />
          </Suspense>
        )}
      </section>
    )
  })
}
