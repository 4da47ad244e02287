import type { Page } from 'playwright-core'
import type { Figure } from '../bench.ts'
import { median } from '../statistics.ts'
import type { StoredSession } from './long-sessions.ts'

/** Milliseconds from the click on the session until the picture with its newest message is out. */
export async function timeToOpen(page: Page, { title, newest }: StoredSession): Promise<number> {
  await page.getByRole('button', { name: title, exact: false }).first().waitFor()
  return page.evaluate(
    `bench.open(${JSON.stringify(title)}, ${JSON.stringify(newest)})`,
  ) as Promise<number>
}

/** Each session for the first time, long and short in turn; then the long ones again, which the engine still has open. */
export async function measureOpening(
  page: Page,
  { short, long }: Readonly<Record<'short' | 'long', readonly StoredSession[]>>,
  say: (line: string) => void,
): Promise<Figure[]> {
  const times = { short: [] as number[], long: [] as number[], again: [] as number[] }
  for (const [n, session] of long.entries()) {
    times.long.push(await timeToOpen(page, session))
    times.short.push(await timeToOpen(page, short[n]!))
    say(
      `opening ${n + 1}: ${times.long.at(-1)!.toFixed(0)} ms of 10,000 messages, ${times.short.at(-1)!.toFixed(0)} ms of 100`,
    )
  }
  for (const session of long) times.again.push(await timeToOpen(page, session))
  return [
    { name: '10,000 messages opened, median', value: median(times.long), unit: 'ms', atMost: 400 },
    { name: '10,000 messages opened, longest', value: Math.max(...times.long), unit: 'ms' },
    { name: '100 messages opened, median', value: median(times.short), unit: 'ms' },
    {
      name: 'opening 10,000 to 100 messages',
      value: median(times.long) / median(times.short),
      unit: 'ratio',
    },
    { name: '10,000 messages, shown again', value: median(times.again), unit: 'ms' },
  ]
}
