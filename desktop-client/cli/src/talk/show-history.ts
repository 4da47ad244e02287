import type { Message } from '@codelab/contracts/sessions'
import { createMarkdown } from '../terminal/markdown.ts'
import type { Screen } from '../terminal/screen.ts'
import type { Style } from '../terminal/style.ts'
import { harmless } from '../terminal/visible.ts'
import type { Texts } from '../texts/en.ts'

const shownMessages = 10

/** The last things that were said in a session that is taken up again. */
export function showHistory(
  screen: Screen,
  style: Style,
  texts: Texts,
  messages: readonly Message[],
): void {
  const markdown = createMarkdown(style)
  const said = messages.filter(
    ({ role, content, replaced }) =>
      content && !replaced && (role === 'user' || role === 'assistant'),
  )
  for (const { role, content } of said.slice(-shownMessages)) {
    if (role === 'user') screen.remark(`${style.bold(`${texts.chat.you}:`)} ${harmless(content)}\n`)
    else screen.remark(markdown.render(content))
  }
}
