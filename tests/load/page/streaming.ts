import type { Page } from 'playwright-core'
import type { Figure } from '../bench.ts'
import { median, quantile } from '../statistics.ts'

const seconds = 20
const keyEveryMs = 90
/** A moment in which the last thing measured ends. */
const restMs = 1_500

type Metrics = Readonly<Record<string, number>>

/** What the page's main thread did between two looks, in parts of the time. */
async function meter(page: Page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const look = async (): Promise<Metrics> => {
    const { metrics } = await session.send('Performance.getMetrics')
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]))
  }
  return {
    /** The part of the time in which the main thread had something to do while `work` went on, and of which kind. */
    async during(work: () => Promise<unknown>) {
      const before = await look()
      await work()
      const after = await look()
      const took = after['Timestamp']! - before['Timestamp']!
      const of = (name: string) => (100 * (after[name]! - before[name]!)) / took
      return {
        busy: of('TaskDuration'),
        script: of('ScriptDuration'),
        layout: of('LayoutDuration') + of('RecalcStyleDuration'),
      }
    },
    close: () => session.detach(),
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const composer = (page: Page) => page.getByLabel('Message', { exact: true })

/** Asks for an answer of some tokens and waits until it comes. */
async function begin(page: Page, tokens: number) {
  await composer(page).fill(`${tokens} tokens, please`)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Stop' }).waitFor()
}
const end = (page: Page) =>
  page.getByRole('button', { name: 'Stop' }).waitFor({ state: 'detached', timeout: 60_000 })

/** Streams two answers: during the first nobody touches the page, during the second a person types. */
export async function measureStreaming(
  page: Page,
  { tokensPerSecond, say }: { tokensPerSecond: number; say: (line: string) => void },
): Promise<Figure[]> {
  const tokens = (seconds + 4) * tokensPerSecond
  await page.getByRole('button', { name: 'New', exact: true }).click()
  await composer(page).waitFor()
  await wait(restMs)
  const metrics = await meter(page)
  const idle = await metrics.during(() => wait(3_000))

  await begin(page, tokens)
  await wait(restMs)
  const streaming = await metrics.during(() => wait(seconds * 1000))
  await end(page)
  say(
    `streaming: ${streaming.busy.toFixed(1)} % busy, of it script ${streaming.script.toFixed(1)} %, layout ${streaming.layout.toFixed(1)} %`,
  )

  const typing = await page.evaluateHandle('bench.noteTyping()')
  const delaysOf = async () => (await typing.jsonValue()) as number[]
  const type = async () => {
    await composer(page).focus()
    const known = (await delaysOf()).length
    for (let key = 0; key < 60; key += 1) {
      await page.keyboard.press('a')
      await wait(keyEveryMs)
    }
    return (await delaysOf()).slice(known)
  }
  const quiet = await type()
  await begin(page, (60 * keyEveryMs * 3 * tokensPerSecond) / 1000)
  await wait(restMs)
  const meanwhile = await type()
  await end(page)
  await metrics.close()
  return [
    { name: 'page at rest: main thread busy', value: idle.busy, unit: '%' },
    { name: '200 tokens/s: main thread busy', value: streaming.busy, unit: '%', atMost: 25 },
    { name: '200 tokens/s: of it script', value: streaming.script, unit: '%' },
    { name: '200 tokens/s: of it layout and styles', value: streaming.layout, unit: '%' },
    { name: 'typed character to its picture, at rest, median', value: median(quiet), unit: 'ms' },
    {
      name: 'typed character to its picture, 200 tokens/s, median',
      value: median(meanwhile),
      unit: 'ms',
    },
    {
      name: 'typed character to its picture, 200 tokens/s, p95',
      value: quantile(meanwhile, 0.95),
      unit: 'ms',
    },
  ]
}
