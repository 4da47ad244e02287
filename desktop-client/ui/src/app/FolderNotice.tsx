import { ProblemText } from '../parts/ProblemText.tsx'
import { usePage } from '../state/store.ts'

/** Says when the folder of the project in front is gone; what is open of it stays open. */
export function FolderNotice() {
  const path = usePage(({ application, project }) => {
    const open = application?.projects.find(({ id }) => id === project)
    return open && open.open && !open.present ? open.path : undefined
  })
  if (path === undefined) return null
  const problem = { code: 'not_found', reason: 'folder_missing', place: path, message: '' } as const
  return <ProblemText problem={problem} />
}
