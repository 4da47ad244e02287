import { canonicalKeys, pressedKeys } from '../../../desktop-client/ui/src/commands/keys.ts'
import { commandFor } from '../../../desktop-client/ui/src/commands/registry.ts'

const press = (
  key: string,
  held: Partial<Record<'ctrl' | 'shift' | 'alt' | 'meta', true>> = {},
) => ({
  key,
  code: '',
  ctrlKey: held.ctrl ?? false,
  shiftKey: held.shift ?? false,
  altKey: held.alt ?? false,
  metaKey: held.meta ?? false,
})

test.each([
  ['Mod+Shift+P', false, press('P', { ctrl: true, shift: true })],
  ['Shift+Mod+p', false, press('P', { ctrl: true, shift: true })],
  ['Mod+Shift+P', true, press('P', { meta: true, shift: true })],
  ['Mod+Enter', false, press('Enter', { ctrl: true })],
  ['Mod+,', false, press(',', { ctrl: true })],
  ['Ctrl+Space', true, press(' ', { ctrl: true })],
])('%s (Mac: %s) is what is pressed', (keys, mac, event) => {
  expect(pressedKeys(event)).toBe(canonicalKeys(keys, mac))
})

test('a key of another alphabet is the key in its place', () => {
  expect(pressedKeys({ ...press('з', { ctrl: true }), code: 'KeyP' })).toBe('Ctrl+P')
})

test('the latest command with these keys answers; chosen keys replace its own, and an empty choice takes them away', () => {
  const command = (id: string, keys: string) => ({
    id,
    keys,
    title: () => id,
    run: () => undefined,
  })
  const commands = [command('old', 'Mod+P'), command('new', 'Mod+P'), command('other', 'Mod+O')]
  const at = (pressed: string, chosen: Record<string, string> = {}) =>
    commandFor(commands, pressed, { chosen, mac: false })?.id
  expect(at('Ctrl+P')).toBe('new')
  expect(at('Ctrl+P', { new: 'Ctrl+K' })).toBe('old')
  expect(at('Ctrl+K', { new: 'Ctrl+K' })).toBe('new')
  expect(at('Ctrl+O', { other: '' })).toBeUndefined()
})
