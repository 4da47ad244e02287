import { X } from 'lucide-react'
import { Button } from '../../../parts/Button.tsx'
import { ProblemText } from '../../../parts/ProblemText.tsx'
import { useTexts } from '../../../texts/texts.ts'
import styles from './FileTree.module.css'
import type { useTreeChanges } from './tree-changes.ts'

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)

/** What was done last in the tree, with the way back; or why it was not. */
export function TreeNotice({ changes }: { readonly changes: ReturnType<typeof useTreeChanges> }) {
  const { common, project: texts } = useTexts()
  const { told, failure, undo, close } = changes
  if (!told && !failure) return null
  return (
    <div className={styles['notice']}>
      {failure ? (
        <ProblemText problem={failure} />
      ) : (
        <p role="status">{told && texts.done[told.kind](nameOf(told.path))}</p>
      )}
      {told && !failure && <Button onClick={() => void undo()}>{texts.undo}</Button>}
      <Button look="plain" aria-label={common.close} onClick={close}>
        <X size={14} aria-hidden />
      </Button>
    </div>
  )
}
