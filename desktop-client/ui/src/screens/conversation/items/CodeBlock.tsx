import { FileInput } from 'lucide-react'
import { useContext, useRef, type HTMLAttributes } from 'react'
import type { ExtraProps } from 'react-markdown'
import { Button } from '../../../parts/Button.tsx'
import { CopyButton } from '../../../parts/CopyButton.tsx'
import { changePage, usePage } from '../../../state/store.ts'
import { useTexts } from '../../../texts/texts.ts'
import { useOpenFiles } from '../../project/editors/open-files.ts'
import { guessPath } from '../apply/guess-path.ts'
import { SessionContext } from './session-context.ts'
import styles from './Markdown.module.css'

/** What stands after the opening marks of the fence: the language, and whatever follows it. */
function infoOf(node: ExtraProps['node']): string {
  const [code] = node?.children ?? []
  if (code?.type !== 'element') return ''
  const names = code.properties['className']
  const language = (Array.isArray(names) ? names : [])
    .map(String)
    .find((name) => name.startsWith('language-'))
  const { meta } = (code.data ?? {}) as { meta?: string | null }
  return [language?.slice('language-'.length), meta].filter(Boolean).join(' ')
}

/** A block of code: copied, or taken into a file of the project after a look at the difference. */
export function CodeBlock({ children, node }: HTMLAttributes<HTMLPreElement> & ExtraProps) {
  const texts = useTexts().apply
  const block = useRef<HTMLPreElement>(null)
  const session = useContext(SessionContext)
  const project = usePage((state) => state.project)
  const info = infoOf(node)
  const codeOf = () => block.current?.textContent ?? ''
  const apply = () => {
    const text = codeOf()
    const path = guessPath(info, text) ?? useOpenFiles.getState().front?.path ?? ''
    if (session !== undefined) changePage({ applying: { session, text, path } })
  }
  return (
    <div className={styles['code']}>
      <div className={styles['codeHead']}>
        <span>{info}</span>
        <CopyButton text={codeOf} />
        {session !== undefined && project !== undefined && (
          <Button look="plain" onClick={apply}>
            <FileInput size={15} aria-hidden /> {texts.button}
          </Button>
        )}
      </div>
      {/* Long lines scroll, so the keyboard must reach it. */}
      <pre ref={block} tabIndex={0}>
        {children}
      </pre>
    </div>
  )
}
