import type { Sample } from './ask.ts'
import type { CaseName } from './cases.ts'
import type { Measured } from './rounds.ts'
import { beyond } from './statistics.ts'

/** One line of the table: what it tells of each side, a value for each round. */
export type Measure = {
  readonly name: string
  readonly unit: string
  readonly case: CaseName
  /** Undefined when this side has none. */
  readonly of: (side: Measured, direct: Measured) => number[] | undefined
}

const each = (name: CaseName, read: (sample: Sample) => number | undefined) => (side: Measured) => {
  const values = side.samples.get(name)?.map(read)
  return values?.every((value) => value !== undefined) ? values : undefined
}

const per =
  (what: 'requests' | 'frames') =>
  ({ [what]: count, cpuSeconds }: Sample) =>
    cpuSeconds === undefined ? undefined : count / cpuSeconds

/** What a side adds to the same of the model asked directly, round by round. */
const added = (name: CaseName, read: (sample: Sample) => number | undefined) => {
  const own = each(name, read)
  return (side: Measured, direct: Measured): number[] | undefined => {
    const [with_, without] = [own(side), own(direct)]
    return side === direct || !with_ || !without ? undefined : beyond(with_, without)
  }
}

/** What a failing first provider costs a request of one caller beyond the same side's request without one, asked just before it. */
const extra = (name: CaseName) => each(name, ({ more }) => more && more.p50 / 1_000)

const measure = (name: string, unit: string, caseName: CaseName, of: Measure['of']): Measure => ({
  name,
  unit,
  case: caseName,
  of,
})

export const measures = {
  requests: measure('requests per CPU-second', '/CPU-s', 'whole', each('whole', per('requests'))),
  rate: measure(
    'requests per second, 16 callers',
    '/s',
    'whole',
    each('whole', ({ requests, seconds }) => requests / seconds),
  ),
  addedP50: measure(
    'added at one caller, p50',
    'µs',
    'one',
    added('one', (s) => s.latency.p50),
  ),
  addedP99: measure(
    'added at one caller, p99',
    'µs',
    'one',
    added('one', (s) => s.latency.p99),
  ),
  addedEarlyP99: measure(
    'added at one caller in the second before, p99',
    'µs',
    'one',
    added('one', (s) => s.leadIn?.latency.p99),
  ),
  frames: measure(
    'streamed frames per CPU-second',
    '/CPU-s',
    'stream',
    each('stream', per('frames')),
  ),
  firstP50: measure(
    'added to the first token, p50',
    'µs',
    'firstToken',
    added('firstToken', (s) => s.firstToken.p50),
  ),
  firstP99: measure(
    'added to the first token, p99',
    'µs',
    'firstToken',
    added('firstToken', (s) => s.firstToken.p99),
  ),
  firstEarlyP99: measure(
    'added to the first token in the second before, p99',
    'µs',
    'firstToken',
    added('firstToken', (s) => s.leadIn?.firstToken.p99),
  ),
  between: measure(
    'added between frames, p99',
    'µs',
    'between',
    added('between', (s) => s.betweenFrames.p99),
  ),
  translated: measure(
    'translated frames per CPU-second',
    '/CPU-s',
    'translated',
    each('translated', per('frames')),
  ),
  large: measure(
    'requests of 1 MiB per CPU-second',
    '/CPU-s',
    'large',
    each('large', per('requests')),
  ),
  largeP50: measure(
    'added to a request of 1 MiB, p50',
    'µs',
    'large',
    added('large', (s) => s.latency.p50),
  ),
  fails429: measure('first provider answers 429: more, p50', 'ms', 'fails429', extra('fails429')),
  fails500: measure('first provider answers 500: more, p50', 'ms', 'fails500', extra('fails500')),
  refuses: measure('first provider refuses: more, p50', 'ms', 'refuses', extra('refuses')),
  rests429: measure('breaker open after 429: more, p50', 'ms', 'rests429', extra('rests429')),
  rests500: measure('breaker open after 500: more, p50', 'ms', 'rests500', extra('rests500')),
  restsRefused: measure(
    'breaker open after refusals: more, p50',
    'ms',
    'restsRefused',
    extra('restsRefused'),
  ),
} as const satisfies Readonly<Record<string, Measure>>
