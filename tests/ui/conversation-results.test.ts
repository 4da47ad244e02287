import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { en } from '../../desktop-client/ui/src/texts/en.ts'
import { until } from '../support/until.ts'
import { type Application, openApplication, signIn } from './application.ts'
import { beginConversation, say, turnEnds } from './talk.ts'

/** What tool calls answered and changed, and what the person takes out of a conversation into a file. */
let application: Application
let page: Page
const before = 'export const fee = 1\n'
const log = Array.from({ length: 3_000 }, (_, line) => `line ${line} of the harbour’s log`)

beforeAll(async () => {
  application = await openApplication({
    'README.md': '# Harbour\n',
    'fees.ts': before,
    'log.txt': log.join('\n'),
  })
  page = application.page
  await signIn(application)
  await beginConversation(page)
}, 180_000)
afterAll(() => application?.close(), 60_000)

const text = (path: string) => readFile(join(application.folder, path), 'utf8')
const textBecomes = (path: string, wanted: string) =>
  until(`${path} to be ${JSON.stringify(wanted)}`, async () =>
    (await text(path).catch(() => undefined)) === wanted ? true : undefined,
  )
const call = (name: RegExp) => page.getByRole('button', { name })
const result = () => page.getByRole('region', { name: en.conversation.result })

test('a call’s row opens to its arguments and its result; a long one comes in parts', async () => {
  await say(page, 'read log.txt')
  await call(/read_file log\.txt.*done/).click()
  await result().getByText('line 0 of the harbour’s log').waitFor()
  const shown = async () => (await result().locator('pre').textContent())?.length ?? 0
  const first = await shown()
  expect(first).toBeLessThan(log.join('\n').length)
  await result().getByRole('button', { name: en.conversation.moreResult }).click()
  await until('the next part', async () => (await shown()) > first || undefined)
  await call(/read_file log\.txt.*done/).click()
  await result().waitFor({ state: 'detached' })
  await turnEnds(page)
})

test('what a call changed is undone from its row', async () => {
  await say(page, 'write "hello" to hello.txt')
  await page.getByRole('heading', { name: en.approval.title('write_file') }).waitFor()
  await page.getByLabel(en.approval.after).getByText('hello').waitFor()
  await page.keyboard.press('Control+Enter')
  await call(/write_file hello\.txt.*done/).click()
  await page.getByRole('button', { name: en.changes.undo, exact: true }).click()
  await page.getByText(en.changes.undone, { exact: true }).waitFor()
  await turnEnds(page)
  await expect(text('hello.txt')).rejects.toMatchObject({ code: 'ENOENT' })
})

describe('a block of code', () => {
  const block = 'echo: Take this:\n\n```ts title=fees.ts\nexport const fee = 2\n```\n'
  const open = async () => {
    await page.getByRole('button', { name: en.apply.button }).last().click()
    const after = page.getByRole('textbox', { name: en.apply.then })
    await after.waitFor()
    return after
  }

  test('is shown as a difference of the file that it names; closed, it wrote nothing', async () => {
    await say(page, block)
    await page.locator('pre code', { hasText: 'export const fee = 2' }).waitFor()
    await turnEnds(page)
    expect(await (await open()).textContent()).toContain('fee = 2')
    await page.getByRole('textbox', { name: en.apply.now }).getByText('fee').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await text('fees.ts')).toBe(before)
  })

  test('is written as the person left the right side, and undone in the list of changes', async () => {
    const after = await open()
    await after.press('Control+End')
    await page.keyboard.type('// mine')
    await page.getByRole('button', { name: en.apply.apply, exact: true }).click()
    await textBecomes('fees.ts', 'export const fee = 2\n// mine')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('Control+3')
    const row = page.locator('[data-change]', { hasText: 'fees.ts' })
    await row.getByRole('button').first().click()
    await row.getByRole('textbox', { name: en.changes.now }).getByText('// mine').waitFor()
    await row.getByRole('button', { name: en.changes.undo, exact: true }).click()
    await textBecomes('fees.ts', before)
  })

  test('goes to the end of the file when the person wants that', async () => {
    await open()
    await page.getByLabel(en.apply.placing.end).check()
    await page.getByRole('button', { name: en.apply.apply, exact: true }).click()
    await textBecomes('fees.ts', `${before}export const fee = 2\n`)
  })

  test('is not written over a file that changed while the difference was looked at', async () => {
    await open()
    await writeFile(join(application.folder, 'fees.ts'), 'theirs\n')
    await page.getByRole('button', { name: en.apply.apply, exact: true }).click()
    await page.getByRole('dialog').getByRole('alert').first().waitFor()
    expect(await text('fees.ts')).toBe('theirs\n')
    const now = page.getByRole('dialog').getByRole('textbox', { name: en.apply.now })
    await now.getByText('theirs').waitFor()
    await page.keyboard.press('Escape')
  })
})
