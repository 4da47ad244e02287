/** One round of asking counts as at most so long, so that a machine that stands still does not use up the time of those it holds up. */
const roundMs = 250

/** Waits for a condition, asking every few milliseconds; says what was waited for when it never holds. */
export async function until<Value>(
  what: string | (() => string),
  condition: () => Value | Promise<Value>,
  withinMs = 15_000,
): Promise<NonNullable<Value>> {
  let left = withinMs
  let asked = performance.now()
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<Value>
    const now = performance.now()
    left -= Math.min(now - asked, roundMs)
    asked = now
    if (left < 0)
      throw new Error(
        `waited ${withinMs} ms in vain for: ${typeof what === 'string' ? what : what()}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
