import type { Preview } from '@codelab/contracts/engine-ui/approvals'
import { TriangleAlert } from 'lucide-react'
import { useTexts } from '../../texts/texts.ts'
import styles from './ApprovalView.module.css'

/** What a person should know before they approve. */
export function Warnings({ preview }: { readonly preview: Pick<Preview, 'warnings' | 'hidden'> }) {
  const texts = useTexts().approval
  const { warnings, hidden } = preview
  if (warnings.length === 0 && hidden.length === 0) return null
  return (
    <ul className={styles['warnings']} aria-label={texts.warnings}>
      {warnings.map(({ code, message }) => (
        <li key={code + message}>
          <TriangleAlert size={16} aria-hidden />
          {texts.warning[code] ?? message}
        </li>
      ))}
      {hidden.length > 0 && (
        <li>
          <TriangleAlert size={16} aria-hidden />
          {texts.hidden(
            hidden
              .slice(0, 10)
              .map(({ field, line, column, code }) => `${code} (${field} ${line}:${column})`)
              .join(', '),
          )}
        </li>
      )}
    </ul>
  )
}
