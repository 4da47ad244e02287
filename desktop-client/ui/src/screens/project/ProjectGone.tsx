import { FolderX } from 'lucide-react'
import { Button } from '../../parts/Button.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { changePage } from '../../state/store.ts'
import { useTexts } from '../../texts/texts.ts'
import styles from './ProjectSide.module.css'

/** Instead of the tree while the project's folder is not there: what became of it, and the ways on. */
export function ProjectGone({ path }: { readonly path: string }) {
  const texts = useTexts().project
  return (
    <section className={styles['gone']} aria-labelledby="project-gone">
      <FolderX size={28} aria-hidden />
      <h2 id="project-gone">{texts.folderGone}</h2>
      <p>
        <Visible text={texts.folderGoneText(path)} />
      </p>
      <Button onClick={() => changePage({ project: undefined, place: 'project' })}>
        {texts.openAnother}
      </Button>
    </section>
  )
}
