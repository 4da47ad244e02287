type Pressed = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>

const order = ['Ctrl', 'Meta', 'Alt', 'Shift'] as const

const modifier = (name: string, mac: boolean): string => {
  if (name !== 'Mod') return name
  return mac ? 'Meta' : 'Ctrl'
}

/** Keys in one spelling: modifiers in a fixed order, `Mod` worked out, the letter large. */
export function canonicalKeys(keys: string, mac: boolean): string {
  const parts = keys.split('+')
  const key = parts.pop() ?? ''
  const held = new Set(parts.map((part) => modifier(part, mac)))
  return [
    ...order.filter((name) => held.has(name)),
    key.length === 1 ? key.toUpperCase() : key,
  ].join('+')
}

/** The letter of the key itself where the layout gives none of ours: shortcuts work on a Russian keyboard too. */
function keyOf({ key, code }: Pressed): string {
  const latin = /^(?:Key([A-Z])|Digit(\d))$/.exec(code)
  if (key.length === 1 && !/^[\x21-\x7e]$/.test(key) && latin) return latin[1] ?? latin[2]!
  if (key === ' ') return 'Space'
  return key.length === 1 ? key.toUpperCase() : key
}

/** What was pressed, in the same spelling. */
export function pressedKeys(event: Pressed): string {
  const held = {
    Ctrl: event.ctrlKey,
    Meta: event.metaKey,
    Alt: event.altKey,
    Shift: event.shiftKey,
  }
  return [...order.filter((name) => held[name]), keyOf(event)].join('+')
}
