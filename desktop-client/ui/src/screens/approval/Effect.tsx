import type { Preview } from '@codelab/contracts/engine-ui/approvals'
import { TriangleAlert } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { LongText } from '../../parts/LongText.tsx'
import { Visible } from '../../parts/Visible.tsx'
import { useTexts } from '../../texts/texts.ts'
import styles from './ApprovalView.module.css'

const DiffView = lazy(async () => ({
  default: (await import('../../editor/DiffView.tsx')).DiffView,
}))

/** Characters of one word of a command that are shown at first; there may be a thousand words. */
const mostOfWord = 2_000

/** What the call would do, in the form that shows it best. */
export function Effect({ preview }: { readonly preview: Preview }) {
  const { common, approval: texts } = useTexts()
  const { effect } = preview
  switch (effect.kind) {
    case 'text_change':
      return (
        <>
          <p className={styles['path']}>
            <Visible text={effect.path} />
          </p>
          {effect.before.kind === 'text' || effect.before.kind === 'absent' ? (
            <Suspense fallback={<p role="status">{common.loading}</p>}>
              <DiffView
                path={effect.path}
                before={effect.before.kind === 'text' ? effect.before.text : ''}
                after={effect.after}
                labels={{ before: texts.before, after: texts.after }}
              />
            </Suspense>
          ) : (
            <p>{texts.replacesUnshown(effect.before.size)}</p>
          )}
        </>
      )
    case 'new_folder':
      return <Line label={texts.newFolder} text={effect.path} />
    case 'move':
      return (
        <>
          <Line label={texts.from} text={effect.path} />
          <Line label={texts.to} text={effect.to} />
          {effect.existing.kind !== 'absent' && <p>{texts.targetExists}</p>}
        </>
      )
    case 'deletion':
      return (
        <>
          <Line label={texts.deletes} text={effect.path} />
          {effect.deleted.kind === 'folder' && <p>{texts.folderOf(effect.deleted.entries)}</p>}
          <p>{texts.toTrash}</p>
        </>
      )
    case 'command':
      return (
        <>
          <p>{texts.command}</p>
          <ol className={styles['words']}>
            {effect.argv.map((word, index) => (
              <li key={index}>
                <LongText text={word} first={mostOfWord} />
              </li>
            ))}
          </ol>
          <Line label={texts.cwd} text={effect.cwd === '' ? '.' : effect.cwd} />
          <p>{texts.timeout(effect.timeoutSeconds)}</p>
          <SandboxLine sandbox={effect.sandbox} />
        </>
      )
    case 'impossible':
      return <p>{texts.impossible(effect.message)}</p>
    default:
      return (
        <>
          <p>{effect.kind === 'look' ? texts.look : texts.elsewhere}</p>
          <pre className={styles['json']} tabIndex={0}>
            <LongText text={JSON.stringify(preview.arguments, undefined, 2)} lines />
          </pre>
        </>
      )
  }
}

const Line = ({ label, text }: { readonly label: string; readonly text: string }) => (
  <p className={styles['path']}>
    {label} <Visible text={text} />
  </p>
)

/** In what a command would run: where there is no sandbox, that is said as loudly as a warning. */
function SandboxLine({
  sandbox,
}: {
  readonly sandbox: Extract<Preview['effect'], { kind: 'command' }>['sandbox']
}) {
  const texts = useTexts().approval
  if (sandbox.kind === 'bubblewrap')
    return <p>{sandbox.network ? texts.sandboxedWithNetwork : texts.sandboxed}</p>
  return (
    <p className={styles['unsafe']}>
      <TriangleAlert size={16} aria-hidden />
      <span>
        {sandbox.refused ? texts.sandboxRefused : texts.noSandbox} <Visible text={sandbox.reason} />
      </span>
    </p>
  )
}
