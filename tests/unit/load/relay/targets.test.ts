import { holds } from '../../../load/bench.ts'
import { type Measured, type Sample, take } from '../../../load/relay/measures.ts'
import { comparison, everyRound } from '../../../load/relay/page.ts'
import { targetsOf } from '../../../load/relay/targets.ts'

const side = (...rounds: readonly Sample[]): Measured => {
  const measured: Measured = { values: new Map(), remarks: new Map() }
  for (const round of rounds) take(measured, round)
  return measured
}
const results = new Map([
  ['ws', side({ opened: 3_000 })],
  ['splice', side({ live: 50_000, idle: 30 }, { live: 25_000, idle: 32 })],
  ['gateway', side({ live: 60_000, idle: 36, opened: 300 }, { live: 30_000, idle: 40 })],
  ['checked', side({ opened: 1_500 })],
])
const figure = (name: string) => targetsOf(results).find((each) => each.name === name)!

test('the gateway is compared with each relay round by round', () => {
  const live = figure('frames per CPU-second, one by one, to splice')
  expect([live.value, holds(live)]).toEqual([1.2, true])
  const idle = figure('memory of an idle socket, to splice')
  expect([idle.value, holds(idle)]).toEqual([1.25, false])
  const opened = figure('sockets opened per CPU-second, new tokens, to ws')
  expect([opened.value, holds(opened)]).toEqual([0.1, false])
})

test('what a floor makes of a target is told beside it, and promised by nobody', () => {
  const opened = figure('sockets opened per CPU-second, new tokens of checked, to ws')
  expect([opened.value, holds(opened)]).toEqual([0.5, undefined])
})

test('a target whose other side was not measured is left out', () => {
  expect(targetsOf(results).map(({ name }) => name)).not.toContain(
    'frames per CPU-second, one by one, to Bun',
  )
})

test('all sides stand beside each other, and every round is kept', () => {
  results.get('splice')!.remarks.set('stalled', 'the stalled reader is left as it is')
  expect(comparison(results)).toContain('- splice: the stalled reader is left as it is')
  expect(comparison(results)).toContain('| – | 50,000 (25,000–50,000) | 60,000 (30,000–60,000) |')
  expect(everyRound(results)).toMatchObject({ gateway: { rounds: { live: [60_000, 30_000] } } })
})
