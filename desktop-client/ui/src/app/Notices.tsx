import { X } from 'lucide-react'
import { Button } from '../parts/Button.tsx'
import { ProblemText } from '../parts/ProblemText.tsx'
import { Visible } from '../parts/Visible.tsx'
import { changePage, usePage } from '../state/store.ts'
import { useTexts } from '../texts/texts.ts'
import styles from './Notices.module.css'

/** What no screen tells, over everything else, until the person has closed it. */
export function Notices() {
  const notices = usePage((state) => state.notices)
  const { common } = useTexts()
  const close = (id: string) =>
    changePage({ notices: notices.filter((notice) => notice.id !== id) })
  return (
    <div className={styles['notices']}>
      {notices.map(({ id, problem, text }) => (
        <div key={id} className={styles['notice']}>
          <div>
            {text !== undefined && (
              <p role="alert">
                <Visible text={text} lines />
              </p>
            )}
            {problem && <ProblemText problem={problem} />}
          </div>
          <Button look="plain" aria-label={common.close} onClick={() => close(id)}>
            <X size={16} aria-hidden />
          </Button>
        </div>
      ))}
    </div>
  )
}
