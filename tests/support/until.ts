/** Patience where no bound is named. Then a round of asking counts as at most so long: a machine that stands still uses up nobody's patience. */
const usualMs = 15_000
const roundMs = 250

/** Waits for a condition, asking every few milliseconds; says what was waited for when it never holds. A bound that is named is time as it passes. */
export async function until<Value>(
  what: string | (() => string),
  condition: () => Value | Promise<Value>,
  withinMs?: number,
): Promise<NonNullable<Value>> {
  const most = withinMs === undefined ? roundMs : Infinity
  let left = withinMs ?? usualMs
  let asked = performance.now()
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<Value>
    const now = performance.now()
    left -= Math.min(now - asked, most)
    asked = now
    if (left < 0)
      throw new Error(
        `waited ${withinMs ?? usualMs} ms in vain for: ${typeof what === 'string' ? what : what()}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
