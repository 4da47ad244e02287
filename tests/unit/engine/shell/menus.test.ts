import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Menu } from '@codelab/contracts/engine-ui/shell'
import { menusFor } from '@codelab/engine/server/shell/menus'

const page = resolve(import.meta.dirname, '../../../../desktop-client/ui/src')

/** Commands of the page with their usual keys, as its sources name them. */
const commandsOfPage = new Map(
  globSync('**/*.{ts,tsx}', { cwd: page }).flatMap((path) =>
    Array.from(
      readFileSync(join(page, path), 'utf8').matchAll(
        /\bid: '([a-z]+\.[a-z_]+)',\s+title:[^\n]+\n\s+keys: '([^']+)'/g,
      ),
      ([, id, keys]) => [id!, keys!] as const,
    ),
  ),
)

const entriesOf = (menus: readonly Menu[]) => menus.flatMap(({ groups }) => groups.flat())

test('every entry is the window’s own or a command of the page, with the keys that the page knows', () => {
  expect(commandsOfPage.size).toBeGreaterThan(10)
  for (const { command, keys } of entriesOf(menusFor('en', {})))
    if (!command.startsWith('window.'))
      expect([command, keys]).toEqual([command, commandsOfPage.get(command)])
})

test('no two entries have the same keys', () => {
  const keys = entriesOf(menusFor('en', {})).map((entry) => entry.keys)
  expect(new Set(keys).size).toBe(keys.length)
})

test('both languages have the same entries', () => {
  const [english, russian] = (['en', 'ru'] as const).map((language) => menusFor(language, {}))
  expect(entriesOf(russian!).map(({ command }) => command)).toEqual(
    entriesOf(english!).map(({ command }) => command),
  )
  for (const menu of russian!) {
    expect(menu.title).toMatch(/^[А-Я]/)
    expect(Menu.safeParse(menu).success).toBe(true)
  }
})

test('keys that the person chose stand in the menu, and those they took away do not', () => {
  const entries = entriesOf(menusFor('en', { 'project.open': 'Mod+K', 'editor.save': '' }))
  const keysOf = (wanted: string) => entries.find(({ command }) => command === wanted)?.keys
  expect(keysOf('project.open')).toBe('Mod+K')
  expect(keysOf('editor.save')).toBeUndefined()
})

test('nothing that a person must decide with their eyes on it is in the menu', () => {
  for (const { command } of entriesOf(menusFor('en', {})))
    expect(command).not.toMatch(/^approval\./)
})
