import type { Settings } from '@codelab/contracts/engine-ui/settings'
import { useEffect } from 'react'

/** Puts theme and type of the settings onto the document, where the styles read them. */
export function useAppearance(settings: Settings | undefined): void {
  const { theme = 'system', font_size: size = 14, font_family: family = '' } = settings ?? {}
  useEffect(() => {
    const { dataset, style } = document.documentElement
    dataset['theme'] = theme
    style.setProperty('--font-size', `${size}px`)
    if (family === '') style.removeProperty('--font-code')
    else style.setProperty('--font-code', `${family}, var(--font-code-system)`)
  }, [theme, size, family])
}
