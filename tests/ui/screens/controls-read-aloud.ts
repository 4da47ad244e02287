import type { Page } from 'playwright-core'

const controls = new Set([
  'alertdialog',
  'button',
  'checkbox',
  'combobox',
  'DisclosureTriangle',
  'dialog',
  'link',
  'listbox',
  'log',
  'menu',
  'menuitem',
  'option',
  'progressbar',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'splitter',
  'tab',
  'textbox',
  'tree',
  'treeitem',
])

/** Every control as the browser tells it to a screen reader: `button “Send”`. */
export async function controlsReadAloud(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page)
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    return nodes
      .filter(({ ignored, role }) => !ignored && controls.has(String(role?.value)))
      .map(({ role, name }) => `${String(role?.value)} “${String(name?.value ?? '').trim()}”`)
  } finally {
    await session.detach()
  }
}
