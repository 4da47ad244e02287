import { useQuery } from '@tanstack/react-query'
import { readGitStatus } from '@codelab/contracts/engine-ui/files'
import { useMemo } from 'react'
import { call } from '../../../engine/call.ts'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { Visible } from '../../../parts/Visible.tsx'
import { keys } from '../../../state/queries.ts'
import { useTexts } from '../../../texts/texts.ts'
import styles from './FileTree.module.css'
import { gitMarks } from './git-marks.ts'
import { TreeLines } from './TreeLines.tsx'
import { TreeNotice } from './TreeNotice.tsx'
import { useOpenFolders } from './use-open-folders.ts'
import { useTreeChanges } from './tree-changes.ts'
import { visibleRows } from './visible-rows.ts'

/** The project's files, folder by folder, with what git says of them. */
export function FileTree({ project }: { readonly project: string }) {
  const texts = useTexts().project
  const { folders, open, failure, more, toggle } = useOpenFolders(project)
  const changes = useTreeChanges(project)
  const git = useQuery({
    queryKey: keys.git(project),
    queryFn: ({ signal }) => call(readGitStatus, { params: { project }, signal }),
  })
  const rows = useMemo(() => visibleRows(folders, open), [folders, open])
  const marks = useMemo(() => gitMarks(git.data?.files ?? []), [git.data])
  return (
    <div className={styles['tree']}>
      {failure && <ProblemText problem={failure} />}
      {git.data?.branch && (
        <p className={styles['branch']}>
          {texts.branch} <Visible text={git.data.branch} />
        </p>
      )}
      <TreeLines project={project} rows={rows} marks={marks} toggle={toggle} changes={changes} />
      {more && <p className={styles['branch']}>{texts.moreEntries}</p>}
      <TreeNotice changes={changes} />
    </div>
  )
}
