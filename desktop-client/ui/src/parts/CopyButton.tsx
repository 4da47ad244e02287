import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { useTexts } from '../texts/texts.ts'
import { Button } from './Button.tsx'

const shownMs = 1_500

/** Puts a text onto the clipboard, and says so for a moment. */
export function CopyButton({ text }: { readonly text: () => string }) {
  const { common } = useTexts()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text())
    setCopied(true)
    setTimeout(() => setCopied(false), shownMs)
  }
  return (
    <Button look="plain" aria-label={common.copy} title={common.copy} onClick={() => void copy()}>
      {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      <span className="visually-hidden" role="status">
        {copied ? common.copied : ''}
      </span>
    </Button>
  )
}
