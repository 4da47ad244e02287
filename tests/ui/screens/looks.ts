import type { Page } from 'playwright-core'
import { changeSettings } from '@codelab/contracts/engine-ui/settings'
import { until } from '../../support/until.ts'

export type Look = { readonly language: 'en' | 'ru'; readonly theme: 'light' | 'dark' }

/** Every way the page may look. */
export const looks: readonly Look[] = [
  { language: 'en', theme: 'light' },
  { language: 'en', theme: 'dark' },
  { language: 'ru', theme: 'light' },
  { language: 'ru', theme: 'dark' },
]

/** Changes language and theme as the settings do, wherever the page is: nothing that is open closes by it. */
export async function wear(page: Page, look: Look): Promise<void> {
  const { method, path } = changeSettings
  await page.evaluate(`fetch(${JSON.stringify(path)}, {
    method: ${JSON.stringify(method.toUpperCase())},
    headers: { 'content-type': 'application/json' },
    body: ${JSON.stringify(JSON.stringify(look))},
  })`)
  const html = page.locator('html')
  await until(`the page in ${look.language}, ${look.theme}`, async () => {
    const [language, theme] = [
      await html.getAttribute('lang'),
      await html.getAttribute('data-theme'),
    ]
    return language === look.language && theme === look.theme
  })
}
