/** Waits for a condition, asking every few milliseconds; says what was waited for when it never holds. */
export async function until<Value>(
  what: string | (() => string),
  condition: () => Value | Promise<Value>,
  withinMs = 15_000,
): Promise<NonNullable<Value>> {
  const end = performance.now() + withinMs
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<Value>
    if (performance.now() > end)
      throw new Error(
        `waited ${withinMs} ms in vain for: ${typeof what === 'string' ? what : what()}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
