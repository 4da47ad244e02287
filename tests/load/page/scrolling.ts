import type { Page } from 'playwright-core'
import type { Figure } from '../bench.ts'
import { quantile } from '../statistics.ts'
import { timeToOpen } from './opening.ts'
import type { StoredSession } from './long-sessions.ts'

/** A scrolling wheel that is turned fast: some four windows a second. */
const readingPixels = 60
/** A scroll bar that is pulled: from the end to the start in half a minute. */
const pullingPixels = 1000
const readingMs = 10_000
const floorMs = 5_000
const pullingMs = 240_000

/** Pictures come every 16.7 ms; one that is later than this has missed its turn. */
const lateMs = 17.7
const veryLateMs = 33.8

type Scroll = { times: number[]; there?: boolean }

const list = '[role=log]'
/** As tall as the session, in a page with nothing else. */
const emptyPage = `data:text/html,<div id="room" style="height:800px;overflow:auto"><div style="height:4000000px"></div></div>`

const scroll = (page: Page, how: object) =>
  page.evaluate(`bench.scrollUp(${JSON.stringify(how)})`) as Promise<Scroll>

const part = (times: readonly number[], ms: number) =>
  (100 * times.filter((time) => time > ms).length) / times.length
const picturesPerSecond = (times: readonly number[]) =>
  (1000 * times.length) / times.reduce((total, time) => total + time, 0)

async function scrollEmptyPage(page: Page): Promise<number[]> {
  const empty = await page.context().newPage()
  try {
    await empty.goto(emptyPage)
    await empty.bringToFront()
    await empty.evaluate(`document.querySelector('#room').scrollTop = 4000000`)
    return (await scroll(empty, { selector: '#room', pixels: readingPixels, forMs: floorMs })).times
  } finally {
    await empty.close()
    await page.bringToFront()
  }
}

const figuresOf = (what: string, times: readonly number[]): Figure[] => [
  { name: `${what}: pictures/s`, value: picturesPerSecond(times), unit: 'count' },
  { name: `${what}: pictures later than 16.7 ms`, value: part(times, lateMs), unit: '%' },
  { name: `${what}: pictures later than 33 ms`, value: part(times, veryLateMs), unit: '%' },
  { name: `${what}: p99 between pictures`, value: quantile(times, 0.99), unit: 'ms' },
]

/** Scrolls a session up from its end, at a reader's pace and then to its very first message, beside the scroll of an empty page. */
export async function measureScrolling(
  page: Page,
  session: StoredSession,
  say: (line: string) => void,
): Promise<Figure[]> {
  const floor = await scrollEmptyPage(page)
  await timeToOpen(page, session)
  const reading = await scroll(page, { selector: list, pixels: readingPixels, forMs: readingMs })
  const text = 'What does part 0 do?'
  const pulling = await scroll(page, {
    selector: list,
    pixels: pullingPixels,
    forMs: pullingMs,
    text,
    atTop: true,
  })
  if (!pulling.there) throw new Error(`the scroll did not come to the first message`)
  const back = await scrollEmptyPage(page)
  const empty = [...floor, ...back]
  say(`${pulling.times.length} pictures from the end to the start`)
  return [
    ...figuresOf('an empty page scrolled', empty),
    ...figuresOf('10,000 messages read', reading.times),
    {
      name: '10,000 messages read: pictures/s to an empty page’s',
      value: picturesPerSecond(reading.times) / picturesPerSecond(empty),
      unit: 'ratio',
      atLeast: 0.98,
    },
    ...figuresOf('10,000 messages from end to start', pulling.times),
    {
      name: 'from end to start: pictures/s to an empty page’s',
      value: picturesPerSecond(pulling.times) / picturesPerSecond(empty),
      unit: 'ratio',
    },
  ]
}
