import type { Figure } from '../bench.ts'
import { type Measure, measures } from './measures.ts'
import type { Measured } from './rounds.ts'
import { beyond, ofRounds, times } from './statistics.ts'

export type Results = ReadonlyMap<string, Measured>

type Bound = Pick<Figure, 'atLeast' | 'atMost'>

const own = 'llm-proxy'
/** A floor, no gateway. */
const isFloor = (side: string): boolean => side === 'pipe'
/** Half of what a clock of microseconds and an idle core leave uncertain. */
const nothingMs = 0.05

/** What is promised of llm-proxy beside its peers, with the figures of one run; those whose sides are missing are left out. */
export function targetsOf(results: Results): Figure[] {
  const figures: Figure[] = []
  const direct = results.get('direct')!
  const valuesOf = (measure: Measure, side: string) => {
    const measured = results.get(side)
    return measured && measure.of(measured, direct)
  }
  const add = (name: string, values: number[] | undefined, unit: Figure['unit'], bound: Bound) => {
    if (values && values.length > 0)
      figures.push({ name, value: ofRounds(values).median, unit, ...bound })
  }
  /** Ours and another side's, round by round. */
  const against = (
    measure: Measure,
    side: string,
    combine: (ours: number[], theirs: number[]) => number[],
  ) => {
    const [ours, theirs] = [valuesOf(measure, own), valuesOf(measure, side)]
    return ours && theirs && combine(ours, theirs)
  }
  const ratio = (measure: Measure, side: string, atLeast: number) =>
    add(`${measure.name}, to ${side}`, against(measure, side, times), 'ratio', { atLeast })

  ratio(measures.requests, 'pipe', 0.7)
  ratio(measures.requests, 'Portkey', 8)
  ratio(measures.requests, 'LiteLLM', 20)
  ratio(measures.requests, 'ferrogw', 1)
  ratio(measures.requests, 'rolter', 0.5)
  ratio(measures.frames, 'pipe', 0.85)
  const { addedP99, addedEarlyP99, firstP99, firstEarlyP99, translated, frames } = measures
  const over = (measure: Measure, atMost: number) =>
    add(`${measure.name}, beyond pipe`, against(measure, 'pipe', beyond), 'µs', { atMost })
  over(addedP99, 150)
  over(addedEarlyP99, 150)
  over(firstP99, 200)
  over(firstEarlyP99, 200)
  const [rewritten, passed] = [valuesOf(translated, own), valuesOf(frames, own)]
  add(
    'translated frames per CPU-second, to our untranslated',
    rewritten && passed && times(rewritten, passed),
    'ratio',
    { atLeast: 0.5 },
  )
  for (const measure of [measures.fails429, measures.fails500, measures.refuses])
    add(measure.name, valuesOf(measure, own), 'ms', { atMost: 1 })
  for (const measure of [measures.rests429, measures.rests500, measures.restsRefused])
    add(measure.name, valuesOf(measure, own), 'ms', { atMost: nothingMs })
  const memory = results.get(own)?.memory
  if (memory) {
    figures.push({ name: 'memory at rest', value: memory.rest, unit: 'MiB', atMost: 120 })
    figures.push({ name: 'memory under load', value: memory.loaded, unit: 'MiB' })
    figures.push({ name: 'memory after it', value: memory.after, unit: 'MiB', atMost: 120 })
    const kept = memory.after / memory.rest
    figures.push({ name: 'memory after it, to at rest', value: kept, unit: 'ratio', atMost: 1.15 })
  }
  return [...figures, ...soundness(results)]
}

/** What says whether the run itself can be believed. */
function soundness(results: Results): Figure[] {
  const rates = [...results].flatMap(([side, measured]) => {
    const values = measures.rate.of(measured, measured)
    return values ? [{ side, rate: ofRounds(values).median }] : []
  })
  const rateOf = (wanted: (side: string) => boolean) =>
    Math.max(...rates.flatMap(({ side, rate }) => (wanted(side) ? [rate] : [])))
  const model = rateOf((side) => side === 'direct')
  const gateway = rateOf((side) => side !== 'direct' && !isFloor(side))
  const failed = [...results.values()]
    .flatMap(({ samples }) => [...samples.values()].flat())
    .reduce((sum, { failed, leadIn }) => sum + failed + (leadIn?.failed ?? 0), 0)
  return [
    {
      name: 'the model’s rate, to the fastest gateway’s',
      value: model / gateway,
      unit: 'ratio',
      atLeast: 3,
    },
    ...rates
      .filter(({ side }) => isFloor(side))
      .map(({ side, rate }): Figure => ({
        name: `the model’s rate, to the ${side}’s`,
        value: model / rate,
        unit: 'ratio',
      })),
    {
      name: 'requests that failed in all rounds, of all sides',
      value: failed,
      unit: 'count',
      atMost: 0,
    },
  ]
}
