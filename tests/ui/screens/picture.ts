import { join } from 'node:path'
import type { Application } from '../application.ts'
import type { Look } from './looks.ts'

/** Where pictures are kept when they are wanted; without it none is taken. */
const folder = process.env['SCREENS_FOLDER']

/** Light in English, dark in Russian: every language and theme is seen, and the pictures stay few. */
export const pictured: readonly Look[] = [
  { language: 'en', theme: 'light' },
  { language: 'ru', theme: 'dark' },
]

export const pictureName = (screen: string, { language, theme }: Look): string =>
  `${screen}.${language}-${theme}.png`

/** What differs from one run to the next, and what stands for it in the pictures. */
const steady = ({ platform, folder: project }: Application): [string, string][] => [
  [platform.ready.gateway, 'https://codelab.example.com'],
  [project, '/home/ada/harbour'],
]

/** Text and values of the document, put right for the picture and put back after it. */
const exchange = (pairs: readonly (readonly [string, string])[]) => `(() => {
  const pairs = ${JSON.stringify(pairs)}
  const steady = (text) => pairs
    .reduce((all, [from, to]) => all.replaceAll(from, to), text)
    .replace(/\\b\\d{1,2}([/.])\\d{1,2}\\1\\d{4}, \\d{1,2}:\\d{2}:\\d{2}(\\s[AP]M)?/g, (_, point) =>
      point === '/' ? '11/29/2026, 9:41:00 AM' : '29.11.2026, 09:41:00')
    .replace(/^\\d{1,2}:\\d{2}( [AP]M)?$/, (_, half) => (half ? '9:41 AM' : '09:41'))
    .replace(/(^|user_code=)[A-Z0-9]{4}-[A-Z0-9]{4}$/, '$1KLMN-PQRS')
  const back = []
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (nodes.nextNode()) {
    const node = nodes.currentNode
    const before = node.data
    const after = steady(before)
    if (after !== before) back.push(() => (node.data = before)) && (node.data = after)
  }
  for (const field of document.querySelectorAll('input')) {
    const before = field.value
    const after = steady(before)
    if (after !== before) back.push(() => (field.value = before)) && (field.value = after)
  }
  globalThis.putBack = () => back.forEach((step) => step())
})()`

/** Keeps a picture of the screen when pictures are wanted. */
export async function takePicture(
  application: Application,
  screen: string,
  look: Look,
): Promise<void> {
  const { page } = application
  if (folder === undefined || !pictured.some((each) => sameLook(each, look))) return
  await page.evaluate(exchange(steady(application)))
  await page.screenshot({
    path: join(folder, pictureName(screen, look)),
    animations: 'disabled',
    caret: 'hide',
  })
  await page.evaluate('putBack()')
}

const sameLook = (a: Look, b: Look) => a.language === b.language && a.theme === b.theme
