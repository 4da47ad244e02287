import { useRef, type HTMLAttributes } from 'react'
import { CopyButton } from '../../../parts/CopyButton.tsx'
import styles from './Markdown.module.css'

/** A block of code with its copy button. */
export function CodeBlock({ children }: HTMLAttributes<HTMLPreElement>) {
  const block = useRef<HTMLPreElement>(null)
  return (
    <div className={styles['code']}>
      <CopyButton text={() => block.current?.textContent ?? ''} />
      {/* Long lines scroll, so the keyboard must reach it. */}
      <pre ref={block} tabIndex={0}>
        {children}
      </pre>
    </div>
  )
}
