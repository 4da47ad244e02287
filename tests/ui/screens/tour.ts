import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { en } from '../../../desktop-client/ui/src/texts/en.ts'
import { signIn, type Application } from '../application.ts'
import { beginConversation, say } from '../talk.ts'

/** A screen, and how one comes there from the one before; each begins and ends in English. */
export type Screen = {
  readonly name: string
  readonly go: (application: Application) => Promise<void>
  /** It is a menu: Tab does not lead through it, arrows do. */
  readonly menu?: true
  /** It is shown in docs/screens. */
  readonly pictured?: true
}

export const files = {
  'README.md': '# Harbour\n\nTide tables and berths of a small harbour.\n',
  'src/berths.ts': [
    "import { tideAt } from './tides.ts'",
    '',
    '/** Berths that a ship of this draught may use at that hour. */',
    'export function berthsFor(draught: number, hour: number): string[] {',
    '  const depth = tideAt(hour)',
    '  return berths.filter(({ bed }) => bed + depth > draught + 0.5).map(({ name }) => name)',
    '}',
    '',
    "const berths = [{ name: 'north', bed: 4 }, { name: 'quay', bed: 6 }]",
    '',
  ].join('\n'),
  'src/tides.ts':
    '/** Metres above chart datum. */\nexport const tideAt = (hour: number) => 2 + 1.5 * Math.cos(hour / 2)\n',
  'docs/pilots.md': 'Pilots board at the north mark.\n',
}

const answer = [
  'echo: The depth is **bed + tide**. A ship needs half a metre below her keel:',
  '',
  '```ts',
  'export const clearance = (bed: number, tide: number, draught: number) => bed + tide - draught',
  '```',
  '',
  '- `north` is 4 m deep, `quay` 6 m',
  '- more in [the pilots’ notes](https://example.com/pilots)',
].join('\n')

const button = ({ page }: Application, name: string | RegExp) =>
  page.getByRole('button', { name, ...(typeof name === 'string' && { exact: true }) })

export const tour: readonly Screen[] = [
  {
    name: 'sign-in',
    pictured: true,
    go: async ({ page }) => page.getByLabel(en.signIn.username).waitFor(),
  },
  {
    name: 'sign-in-refused',
    go: async ({ page, platform }) => {
      await page.getByLabel(en.signIn.username).fill(platform.ready.username)
      await page.getByLabel(en.signIn.passwordLabel, { exact: true }).fill('wrong')
      await page.keyboard.press('Enter')
      await page.getByRole('alert').first().waitFor()
    },
  },
  {
    name: 'sign-in-server',
    go: async (application) => {
      await button(application, en.signIn.otherServer).click()
      await application.page.getByLabel(en.signIn.serverLabel).waitFor()
    },
  },
  {
    name: 'sign-in-browser',
    go: async (application) => {
      await button(application, en.common.cancel).click()
      await button(application, en.signIn.browser).click()
      await application.page.getByText(en.signIn.confirmInBrowser).waitFor()
    },
  },
  {
    name: 'sign-in-device',
    pictured: true,
    go: async (application) => {
      await button(application, en.common.cancel).click()
      await button(application, en.signIn.device).click()
      await application.page.getByText(en.signIn.confirmCode).waitFor()
    },
  },
  {
    name: 'project',
    pictured: true,
    go: async (application) => {
      const { page } = application
      await button(application, en.common.cancel).click()
      await signIn(application)
      await page.locator('[role=treeitem] [data-path="README.md"]').waitFor()
      await page.keyboard.press('Control+P')
      await page.getByRole('dialog').getByRole('combobox').fill('berths')
      await page.getByRole('option', { name: 'src/berths.ts' }).waitFor()
      await page.keyboard.press('Enter')
      const editor = page.getByRole('textbox', { name: 'src/berths.ts' })
      await editor.waitFor()
      await editor.focus()
      await page.keyboard.press('Control+End')
      await page.keyboard.type('// the south berth is closed')
    },
  },
  {
    name: 'project-changed-outside',
    go: async ({ page, folder }) => {
      await writeFile(join(folder, 'src/berths.ts'), '// theirs\n')
      await page.getByText(en.project.changedOutside).waitFor()
    },
  },
  {
    name: 'project-find',
    pictured: true,
    go: async (application) => {
      const { page } = application
      await button(application, en.project.keepMine).click()
      await page.getByText(en.project.changedOutside).waitFor({ state: 'detached' })
      await page.keyboard.press('Control+Shift+F')
      await page.getByRole('searchbox', { name: en.project.findTitle }).fill('tideAt')
      await page.getByRole('region', { name: 'src/tides.ts' }).waitFor()
    },
  },
  {
    name: 'go-to-file',
    go: async ({ page }) => {
      await page.keyboard.press('Control+Shift+E')
      await page.keyboard.press('Control+P')
      await page.getByRole('option', { name: 'docs/pilots.md' }).waitFor()
    },
  },
  {
    name: 'conversation',
    pictured: true,
    go: async ({ page }) => {
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await beginConversation(page)
      await say(page, 'read README.md')
      await page.getByText('README.md has').waitFor()
      await say(page, answer)
      await page.getByRole('link', { name: 'the pilots’ notes' }).waitFor()
      await page.getByText(en.conversation.activity.thinking).waitFor({ state: 'detached' })
    },
  },
  {
    name: 'conversation-menu',
    menu: true,
    go: async ({ page }) => {
      const list = page.getByRole('navigation', { name: en.sessions.title })
      await list.getByRole('button').last().press('Enter')
      await page.getByRole('menu').waitFor()
    },
  },
  {
    name: 'conversation-delete',
    go: async ({ page }) => {
      await page.getByRole('menuitem', { name: en.sessions.delete }).press('Enter')
      await page.getByRole('alertdialog').waitFor()
    },
  },
  {
    name: 'approval-write',
    pictured: true,
    go: async ({ page }) => {
      await page.keyboard.press('Escape')
      await page.getByRole('alertdialog').waitFor({ state: 'detached' })
      await say(page, 'in src/berths.ts replace `+ 0.5` with `+ keelRoom`')
      await page.getByRole('heading', { name: en.approval.title('edit_file') }).waitFor()
      await page.getByLabel(en.approval.after).getByText('keelRoom').waitFor()
    },
  },
  {
    name: 'approval-edit',
    go: async (application) => {
      await button(application, en.approval.edit).click()
      await button(application, en.approval.lookAtEdit).waitFor()
    },
  },
  {
    name: 'approval-command',
    pictured: true,
    go: async (application) => {
      const { page } = application
      await button(application, en.common.cancel).click()
      await button(application, en.approval.reject).click()
      await page.getByRole('button', { name: /edit_file.*rejected/ }).waitFor()
      await say(page, 'run "grep -n \'keel room\' src/berths.ts"')
      await page.getByRole('heading', { name: en.approval.title('execute_command') }).waitFor()
      await page.getByText('keel room', { exact: true }).waitFor()
    },
  },
  {
    name: 'jobs',
    pictured: true,
    go: async (application) => {
      const { page } = application
      await button(application, en.approval.reject).click()
      await page.getByRole('button', { name: /execute_command.*rejected/ }).waitFor()
      await page.keyboard.press('Control+2')
      await page.getByLabel(en.jobs.goal).fill('count to 5')
      await button(application, en.jobs.start).click()
      await page.locator('[data-job][data-state-of=succeeded]').waitFor()
      await page.getByText(en.jobs.result, { exact: true }).press('Enter')
      await page.getByLabel(en.jobs.goal).fill('count to 1000 at 2 tokens/s')
      await button(application, en.jobs.start).click()
      await page.locator('[data-job][data-state-of=running]').waitFor()
    },
  },
  {
    name: 'settings',
    pictured: true,
    go: async ({ page }) => {
      await page.keyboard.press('Control+,')
      await page.getByRole('heading', { name: en.settings.title }).waitFor()
    },
  },
  {
    name: 'palette',
    pictured: true,
    go: async ({ page }) => {
      await page.keyboard.press('Control+Shift+P')
      await page.getByRole('dialog').getByRole('combobox').waitFor()
    },
  },
  {
    name: 'changes',
    go: async ({ page }) => {
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+3')
      await page.getByRole('heading').first().waitFor()
    },
  },
  {
    name: 'open-project',
    pictured: true,
    go: async ({ page }) => {
      await page.keyboard.press('Control+O')
      await page.getByRole('heading', { name: en.project.open }).waitFor()
    },
  },
  {
    name: 'engine-lost',
    go: async ({ page, engine }) => {
      await engine.stop()
      await page.getByText(en.engine.lost).or(page.getByText(en.engine.ended)).waitFor()
    },
  },
]
